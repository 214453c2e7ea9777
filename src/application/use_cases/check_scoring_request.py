from dataclasses import dataclass

from application.errors import BeingProcessed, ConversationNotFound, NotToBeScored, UserMismatch
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.identifiers import ConversationId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckScoringRequest:
    """Finds the event that somebody wants scored now, and tells whether it can be.

    Safe to repeat: reads only. Raises ConversationNotFound, UserMismatch, BeingProcessed, NotToBeScored.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    async def __call__(self, conversation_id: ConversationId, user_id: UserId) -> ConversationEvent:
        async with self.unit_of_work() as work:
            event = await work.events.find(conversation_id)
        if event is None:
            raise ConversationNotFound(conversation_id)
        if event.reported.user_id != user_id:
            raise UserMismatch(conversation_id)
        if event.status in (EventStatus.SKIPPED, EventStatus.PERMANENTLY_FAILED):
            raise NotToBeScored(conversation_id, event.status)
        if event.status is EventStatus.PROCESSING and not event.is_due(self.clock.now()):
            raise BeingProcessed(conversation_id)
        return event
