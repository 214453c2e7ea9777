from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from aiormq.abc import DeliveredMessage

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.clock import Clock
from application.ports.conversation_events import Announcement
from infrastructure.rabbitmq.confirmed_publish import within
from infrastructure.rabbitmq.message import ConversationEnded, cloud_event_headers, message_of, trace_headers
from infrastructure.rabbitmq.session import RabbitSession


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitAnnouncementPublisher(AnnouncementPublisher):
    """Publishes persistent messages and waits for the broker's confirm, up to a deadline."""

    session: RabbitSession
    clock: Clock
    timeout: timedelta

    async def publish(self, announcement: Announcement) -> None:
        message = message_of(announcement, now=self.clock.now())
        async with within(self.session, self.timeout):
            confirmed = await self._send(message, trace_headers(announcement))
        if isinstance(confirmed, DeliveredMessage):
            raise DependencyUnavailable("no queue took the message")

    async def _send(self, message: ConversationEnded, trace: Mapping[str, str]) -> object:
        broker = await self.session.broker()
        return await broker.publish(
            msgspec.json.encode(message),
            exchange=self.session.topology.exchange,
            routing_key=self.session.topology.routing_key,
            content_type="application/json",
            headers={**cloud_event_headers(message), **trace},
            message_id=str(message.event_id),
            persist=True,
        )
