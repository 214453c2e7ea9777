from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from application.errors import Conflict
from application.ports.clock import Clock
from application.ports.conversation_events import EventFilter
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.identifiers import EventId

RETRIABLE = frozenset({EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED})
BATCH_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryEventsCommand:
    wanted: EventFilter = field(default_factory=EventFilter)
    """Without statuses: every status that can be retried."""
    limit: int | None = None
    per_second: float | None = None
    """How many become due in a second; None: all at once."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetriedEvents:
    retried: int = 0
    """In a dry run: that would have been."""
    changed_meanwhile: int = 0
    """Somebody else took or changed them before we came to them; they are left alone."""
    last_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryEvents:
    """Gives many failed events all their attempts again.

    The rate is written into the events: each is due a little later than the one before, and the relay announces it
    then. So nobody has to stay alive to keep the pace, and breaking off in the middle loses nothing.

    Safe to repeat: what was retried is PENDING, and so no longer among the failed.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    async def __call__(self, command: RetryEventsCommand) -> RetriedEvents:
        wanted = replace(command.wanted, statuses=command.wanted.statuses or RETRIABLE)
        start, last, done = self.clock.now(), None, RetriedEvents()
        while batch := await self._batch(wanted, last, command, done):
            done = await self._retry(batch, done, start, command)
            last = batch[-1].event_id
        return done

    async def _batch(
        self, wanted: EventFilter, last: EventId | None, command: RetryEventsCommand, done: RetriedEvents
    ) -> Sequence[ConversationEvent]:
        limit = BATCH_SIZE if command.limit is None else min(BATCH_SIZE, command.limit - done.retried)
        if not limit:
            return ()
        async with self.unit_of_work() as work:
            return await work.events.next_matching(wanted, after=last, limit=limit)

    async def _retry(
        self, batch: Sequence[ConversationEvent], done: RetriedEvents, start: datetime, command: RetryEventsCommand
    ) -> RetriedEvents:
        async with self.unit_of_work() as work:
            for event in batch:
                gap = timedelta(seconds=done.retried / command.per_second) if command.per_second else timedelta()
                due = start + gap
                if command.dry_run or await self._retried(work, event, due):
                    done = replace(done, retried=done.retried + 1, last_due_at=due)
                else:
                    done = replace(done, changed_meanwhile=done.changed_meanwhile + 1)
            await work.commit()
        return done

    async def _retried(self, work: UnitOfWork, event: ConversationEvent, due: datetime) -> bool:
        try:
            await work.events.replace(event.retried(now=due), was=event, at=self.clock.now())
        except Conflict:
            return False
        return True
