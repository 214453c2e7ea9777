from dataclasses import dataclass

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement


@dataclass(slots=True, kw_only=True)
class CountedPublisher(AnnouncementPublisher):
    """Counts announcements since the start, of the relay and of those who accept conversations."""

    publisher: AnnouncementPublisher
    confirmed: int = 0
    failed: int = 0

    async def publish(self, announcement: Announcement) -> None:
        try:
            await self.publisher.publish(announcement)
        except DependencyUnavailable:
            self.failed += 1
            raise
        self.confirmed += 1
