from dataclasses import dataclass, field

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from application.ports.event_announcer import EventAnnouncer


@dataclass(slots=True, kw_only=True)
class RememberingAnnouncer(EventAnnouncer):
    """Keeps what was announced, or loses it when told to."""

    deaf: bool = False
    announced: list[Announcement] = field(default_factory=list)

    def announce(self, announcement: Announcement) -> None:
        if not self.deaf:
            self.announced.append(announcement)


@dataclass(slots=True, kw_only=True)
class RememberingPublisher(AnnouncementPublisher):
    reachable: bool = True
    published: list[Announcement] = field(default_factory=list)

    async def publish(self, announcement: Announcement) -> None:
        if not self.reachable:
            raise DependencyUnavailable("told to be away")
        self.published.append(announcement)
