import asyncio
from dataclasses import dataclass, field

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement

CAPACITY = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InProcessQueue(AnnouncementPublisher):
    """The queue of the embedded mode: what RabbitMQ does between processes, inside one."""

    _queue: asyncio.Queue[Announcement] = field(default_factory=lambda: asyncio.Queue(CAPACITY))

    async def publish(self, announcement: Announcement) -> None:
        try:
            self._queue.put_nowait(announcement)
        except asyncio.QueueFull:
            raise DependencyUnavailable("the in-process queue is full") from None

    async def next(self) -> Announcement:
        return await self._queue.get()
