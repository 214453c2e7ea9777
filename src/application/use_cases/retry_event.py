from dataclasses import dataclass

from application.errors import ConversationNotFound
from application.ports.clock import Clock
from application.ports.conversation_events import Announcement
from application.ports.event_announcer import EventAnnouncer
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.event import ConversationEvent
from domain.identifiers import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryEvent:
    """Makes a failed event due at once, with all its attempts, and announces it.

    Safe to repeat: the event is PENDING afterwards, and so refused the second time. An announcement that is lost is
    repeated by the relay. Raises ConversationNotFound, IllegalTransition, Conflict.
    """

    unit_of_work: UnitOfWorkFactory
    announcer: EventAnnouncer
    clock: Clock

    async def __call__(self, conversation_id: ConversationId) -> ConversationEvent:
        now = self.clock.now()
        async with self.unit_of_work() as work:
            event = await work.events.find(conversation_id)
            if event is None:
                raise ConversationNotFound(conversation_id)
            retried = event.retried(now=now)
            await work.events.replace(retried, was=event, at=now)
            await work.commit()
        self.announcer.announce(_announcement(retried))
        return retried


def _announcement(event: ConversationEvent) -> Announcement:
    return Announcement(
        event_id=event.event_id,
        conversation_id=event.conversation_id,
        user_id=event.reported.user_id,
        bot_id=event.reported.bot_id,
        traceparent=event.traceparent,
    )
