import asyncio
from dataclasses import dataclass, field

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from application.ports.event_announcer import EventAnnouncer

MAX_WAITING = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundAnnouncer(EventAnnouncer):
    """Announces from a bounded queue, one after the other, so that no request ever waits for a broker."""

    publisher: AnnouncementPublisher
    _waiting: asyncio.Queue[Announcement] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    def announce(self, announcement: Announcement) -> None:
        try:
            self._waiting.put_nowait(announcement)
        except asyncio.QueueFull:
            return  # the relay finds it in the database

    async def run(self) -> None:
        """Publishes until cancelled. What the broker does not take is left to the relay."""
        while True:
            announcement = await self._waiting.get()
            try:
                await self.publisher.publish(announcement)
            except DependencyUnavailable:
                self._drop_what_waits()
            finally:
                self._waiting.task_done()

    async def drain(self) -> None:
        """Returns when everything announced so far was published or left to the relay."""
        await self._waiting.join()

    def _drop_what_waits(self) -> None:
        """A broker that is away would only be asked once for each of them, at a deadline apiece."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
            self._waiting.task_done()
