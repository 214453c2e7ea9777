from dataclasses import dataclass

from application.errors import ConversationNotFound
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.event import ConversationEvent
from domain.identifiers import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipEvent:
    """Decides that an event is never scored; a worker that holds it can write nothing more.

    Safe to repeat: what is skipped stays skipped. Raises ConversationNotFound, IllegalTransition, Conflict.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    async def __call__(self, conversation_id: ConversationId) -> ConversationEvent:
        async with self.unit_of_work() as work:
            event = await work.events.find(conversation_id)
            if event is None:
                raise ConversationNotFound(conversation_id)
            skipped = event.skipped()
            await work.events.replace(skipped, was=event, at=self.clock.now())
            await work.commit()
        return skipped
