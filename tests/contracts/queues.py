"""A publisher, and the other end of the queue that it publishes to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aio_pika
import msgspec
from aio_pika.abc import AbstractIncomingMessage

from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from domain.identifiers import BotId, ConversationId, EventId, UserId
from infrastructure.in_memory.announcer import RememberingPublisher
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.rabbitmq.broker import make_broker
from infrastructure.rabbitmq.message import ConversationEnded, traceparent_of
from infrastructure.rabbitmq.publisher import RabbitAnnouncementPublisher
from infrastructure.rabbitmq.session import RabbitSession
from infrastructure.rabbitmq.topology import Topology

TIMEOUT = timedelta(seconds=20)
TOPOLOGY = Topology()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    publisher: AnnouncementPublisher
    receive: Callable[[], Awaitable[Announcement]]


def an_announcement(number: int = 1, *, traceparent: str | None = None) -> Announcement:
    return Announcement(
        event_id=EventId(number),
        conversation_id=ConversationId(f"conv_{number}"),
        user_id=UserId("user_42"),
        bot_id=BotId("bot_17"),
        traceparent=traceparent,
    )


def remembering_queue() -> Queue:
    publisher = RememberingPublisher()

    async def receive() -> Announcement:
        return publisher.published.pop(0)

    return Queue(publisher=publisher, receive=receive)


def in_process_queue() -> Queue:
    queue = InProcessQueue()
    return Queue(publisher=queue, receive=queue.next)


def a_session(url: str, *, connect_timeout: timedelta = TIMEOUT) -> RabbitSession:
    return RabbitSession(
        make_broker=lambda: make_broker(url, timeout=connect_timeout, heartbeat=timedelta(seconds=30)),
        topology=TOPOLOGY,
        limit=TIMEOUT,
    )


def rabbit_publisher(session: RabbitSession, *, timeout: timedelta = TIMEOUT) -> RabbitAnnouncementPublisher:
    return RabbitAnnouncementPublisher(session=session, clock=FakeClock(), timeout=timeout)


@asynccontextmanager
async def rabbitmq_queue(url: str) -> AsyncIterator[Queue]:
    session = a_session(url)

    async def receive() -> Announcement:
        delivered = await received(url)
        message = msgspec.json.decode(delivered.body, type=ConversationEnded)
        return Announcement(
            event_id=EventId(message.event_id),
            conversation_id=ConversationId(message.conversation_id),
            user_id=UserId(message.user_id),
            bot_id=BotId(message.bot_id),
            traceparent=traceparent_of(delivered.headers),
        )

    yield Queue(publisher=rabbit_publisher(session), receive=receive)
    await session.close()


async def received(url: str) -> AbstractIncomingMessage:
    """The next message, taken off the consumers' queue."""
    async with await aio_pika.connect(url, timeout=TIMEOUT.total_seconds()) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(TOPOLOGY.queue_name)
        message = await queue.get(timeout=TIMEOUT.total_seconds())
        await message.ack()
    return message
