from dataclasses import dataclass

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from infrastructure.resilience.circuit_breaker import CircuitBreaker, CircuitOpen


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedPublisher(AnnouncementPublisher):
    """Does not ask a broker that keeps failing; the relay rings again when it is back."""

    publisher: AnnouncementPublisher
    breaker: CircuitBreaker

    async def publish(self, announcement: Announcement) -> None:
        try:
            with self.breaker.guard():
                await self.publisher.publish(announcement)
        except CircuitOpen:
            raise DependencyUnavailable("the broker failed too often; it is left alone for a while") from None
