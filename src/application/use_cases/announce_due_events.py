from dataclasses import dataclass
from datetime import timedelta

from application.ports.clock import Clock
from application.ports.event_announcer import EventAnnouncer
from application.ports.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceDueEvents:
    """Announces what was never heard of, is due again, or was abandoned by its worker.

    Safe to repeat and to run in any number: an announcement too many finds its event claimed or processed.
    """

    unit_of_work: UnitOfWorkFactory
    announcer: EventAnnouncer
    clock: Clock
    again_after: timedelta
    """When an event that is still due is announced once more."""
    batch_size: int

    async def __call__(self) -> int:
        """The number announced, at most ``batch_size``. Raises DependencyUnavailable."""
        now = self.clock.now()
        async with self.unit_of_work() as work:
            due = await work.events.take_unannounced(now=now, again_at=now + self.again_after, limit=self.batch_size)
            await work.commit()
        for announcement in due:
            self.announcer.announce(announcement)
        return len(due)
