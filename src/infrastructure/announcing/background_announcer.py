import asyncio
from dataclasses import dataclass, field

import structlog

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from application.ports.event_announcer import EventAnnouncer

log = structlog.get_logger("announcer")
MAX_WAITING = 10_000


@dataclass(slots=True, kw_only=True)
class BackgroundAnnouncer(EventAnnouncer):
    """Announces from a bounded queue, one after the other, so that no request ever waits for a broker."""

    publisher: AnnouncementPublisher
    dropped: int = 0
    """Announcements left to the relay since the start."""
    _waiting: asyncio.Queue[Announcement] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    @property
    def waiting(self) -> int:
        return self._waiting.qsize()

    def announce(self, announcement: Announcement) -> None:
        try:
            self._waiting.put_nowait(announcement)
        except asyncio.QueueFull:
            self.dropped += 1

    async def run(self) -> None:
        """Publishes until cancelled. What the broker does not take is left to the relay."""
        while True:
            announcement = await self._waiting.get()
            try:
                await self.publisher.publish(announcement)
            except DependencyUnavailable as error:
                self._leave_to_the_relay(str(error))
            finally:
                self._waiting.task_done()

    async def drain(self) -> None:
        """Returns when everything announced so far was published or left to the relay."""
        await self._waiting.join()

    def _leave_to_the_relay(self, reason: str) -> None:
        """This announcement and all that wait: the broker would be asked for each, at a deadline apiece."""
        count = 1
        while not self._waiting.empty():
            self._waiting.get_nowait()
            self._waiting.task_done()
            count += 1
        self.dropped += count
        log.warning("announcements left to the relay", count=count, reason=reason)
