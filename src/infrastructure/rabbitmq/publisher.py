import asyncio
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import AMQPError
from faststream.rabbit import RabbitBroker

from application.errors import DependencyUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.clock import Clock
from application.ports.conversation_events import Announcement
from infrastructure.rabbitmq.message import ConversationEnded, cloud_event_headers, message_of
from infrastructure.rabbitmq.topology import Topology


@dataclass(slots=True, kw_only=True)
class RabbitAnnouncementPublisher(AnnouncementPublisher):
    """Publishes persistent messages and waits for the broker's confirm, up to a deadline.

    The library's own timeout of a publish has no effect, and a connection lost while waiting for a confirm
    arrives as a cancellation that nobody asked for; both end here as DependencyUnavailable.
    """

    broker: RabbitBroker
    topology: Topology
    clock: Clock
    timeout: timedelta
    _ready: bool = False

    async def publish(self, announcement: Announcement) -> None:
        message = message_of(announcement, now=self.clock.now())
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                await self._connect()
                confirmed = await self._send(message)
        except TimeoutError as error:
            raise DependencyUnavailable("no confirm in time; it may still be delivered") from error
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            raise DependencyUnavailable("the connection was lost while publishing") from error
        except (AMQPError, OSError, RuntimeError) as error:
            raise DependencyUnavailable("the broker refused") from error
        if isinstance(confirmed, DeliveredMessage):
            raise DependencyUnavailable("no queue took the message")

    async def _connect(self) -> None:
        if not self._ready:
            await self.broker.connect()
            await self.topology.declare(self.broker)
            self._ready = True

    async def _send(self, message: ConversationEnded) -> object:
        return await self.broker.publish(
            msgspec.json.encode(message),
            exchange=self.topology.exchange,
            routing_key=self.topology.routing_key,
            content_type="application/json",
            headers={**cloud_event_headers(message)},
            message_id=str(message.event_id),
            persist=True,
        )
