from dataclasses import dataclass, replace

from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from infrastructure.tracing.tracer import Attributes, Kind, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedPublisher(AnnouncementPublisher):
    """Tells of an announcement within the trace of the event, whoever repeats it, and has the consumer go on from it.

    An event that was reported while nobody traced is announced untold: its consumer begins a trace.
    """

    publisher: AnnouncementPublisher
    tracer: Tracer
    system: str
    destination: str

    async def publish(self, announcement: Announcement) -> None:
        if announcement.traceparent is None:
            await self.publisher.publish(announcement)
            return
        attributes: Attributes = {
            "messaging.system": self.system,
            "messaging.operation.type": "send",
            "messaging.operation.name": "publish",
            "messaging.destination.name": self.destination,
            "messaging.message.id": str(announcement.event_id),
            "conversation.id": announcement.conversation_id,
        }
        name = f"publish {self.destination}"
        with self.tracer.span(name, kind=Kind.PRODUCER, parent=announcement.traceparent, attributes=attributes) as span:
            await self.publisher.publish(replace(announcement, traceparent=span.traceparent))
