from dataclasses import dataclass

from application.ports.conversation_intake import ConversationIntake
from domain.event import ConversationEvent, NewEvent
from infrastructure.in_memory.unit_of_work import InMemoryUnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryConversationIntake(ConversationIntake):
    unit_of_work: InMemoryUnitOfWorkFactory

    async def accept(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        async with self.unit_of_work() as work:
            stored = await work.events.add(event, inline_log)
            await work.commit()
        return stored
