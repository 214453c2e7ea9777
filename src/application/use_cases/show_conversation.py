from collections.abc import Sequence
from dataclasses import dataclass

from application.errors import ConversationNotFound
from application.ports.conversation_logs import ConversationLogs
from application.ports.log_encoder import LogEncoder
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.conversation import Conversation
from domain.event import Attempt, ConversationEvent
from domain.identifiers import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConversation:
    event: ConversationEvent
    attempts: Sequence[Attempt]
    conversation: Conversation | None
    """None unless the log was asked for, and when it is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowConversation:
    """Safe to repeat: reads only. Raises ConversationNotFound, LogUnavailable."""

    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs
    encoder: LogEncoder

    async def __call__(self, conversation_id: ConversationId, *, with_log: bool = False) -> ShownConversation:
        async with self.unit_of_work() as work:
            event = await work.events.find(conversation_id)
            if event is None:
                raise ConversationNotFound(conversation_id)
            attempts = await work.events.attempts(event.event_id)
        conversation = await self._log(event) if with_log and event.has_log else None
        return ShownConversation(event=event, attempts=attempts, conversation=conversation)

    async def _log(self, event: ConversationEvent) -> Conversation:
        return await self.encoder.decode(await self.logs.fetch(event.event_id, event.log_location))
