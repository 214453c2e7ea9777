from dataclasses import dataclass

from application.errors import DependencyUnavailable
from application.ports.alerts import Alerts
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPublisher(AnnouncementPublisher):
    """Tells people when the queue does not take an announcement."""

    publisher: AnnouncementPublisher
    alerts: Alerts

    async def publish(self, announcement: Announcement) -> None:
        try:
            await self.publisher.publish(announcement)
        except DependencyUnavailable as error:
            what = f"An announcement was not taken: {error}."
            self.alerts.raise_alert(
                Alert(
                    type=AlertType.QUEUE_UNAVAILABLE,
                    level=AlertLevel.HIGH,
                    component=AlertComponent.BROKER,
                    what=what,
                )
            )
            raise
