from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.clock import Clock
from application.ports.conversation_events import Announcement
from application.ports.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceDueEvents:
    """Announces what was never heard of, is due again, or was abandoned by its worker.

    Safe to repeat and to run in any number: an announcement too many finds its event claimed or processed.
    """

    unit_of_work: UnitOfWorkFactory
    publisher: AnnouncementPublisher
    clock: Clock
    again_after: timedelta
    """When an event that was announced and is still due is announced once more."""
    retry_after: timedelta
    """When an announcement that the broker did not take is tried again."""
    batch_size: int

    async def __call__(self) -> int:
        """The number announced, at most ``batch_size``. Raises DependencyUnavailable."""
        now = self.clock.now()
        again_at = now + self.again_after
        due = await self._take(now, again_at)
        for position, announcement in enumerate(due):
            try:
                await self.publisher.publish(announcement)
            except DependencyUnavailable:
                await self._put_back(due[position:], again_at)
                raise
        return len(due)

    async def _take(self, now: datetime, again_at: datetime) -> Sequence[Announcement]:
        async with self.unit_of_work() as work:
            due = await work.events.take_unannounced(now=now, again_at=again_at, limit=self.batch_size)
            await work.commit()
        return due

    async def _put_back(self, missed: Sequence[Announcement], again_at: datetime) -> None:
        event_ids = [announcement.event_id for announcement in missed]
        soon = self.clock.now() + self.retry_after
        async with self.unit_of_work() as work:
            await work.events.reschedule_announcements(event_ids, was=again_at, until=soon)
            await work.commit()
