import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import structlog
from aiormq.exceptions import AMQPError
from faststream.middlewares import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage

from domain.identifiers import EventId
from entrypoints.consumer.handler import EventHandler
from infrastructure.rabbitmq.message import EventIdOnly
from infrastructure.rabbitmq.topology import Topology

log = structlog.get_logger("consumer")
STOP_SECONDS = 5.0
_decoder = msgspec.json.Decoder(EventIdOnly)


async def _raw(message: RabbitMessage) -> bytes:
    """The library would decode before us, and acknowledge what it cannot read."""
    return message.body


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitConsumer:
    """Acknowledges every outcome; only what cannot be read goes to the dead-letter queue."""

    broker: RabbitBroker
    topology: Topology
    handler: EventHandler
    prefetch: int

    async def start(self) -> None:
        """Raises what the broker's client raises when it cannot be reached."""
        await self.broker.connect()
        await self.topology.declare(self.broker)
        subscriber = self.broker.subscriber(
            self.topology.queue,
            self.topology.exchange,
            ack_policy=AckPolicy.MANUAL,
            channel=Channel(prefetch_count=self.prefetch, on_return_raises=True),
            decoder=_raw,
        )
        subscriber(self._receive)
        await self.broker.start()

    async def stop(self, patience: timedelta) -> None:
        """Takes nothing new, finishes or hands back what is under way, then hangs up."""
        with suppress(TimeoutError, AMQPError, OSError, RuntimeError):
            await asyncio.wait_for(self._cancel_subscriptions(), STOP_SECONDS)
        await self.handler.finish(patience)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.broker.stop(), STOP_SECONDS)

    async def _cancel_subscriptions(self) -> None:
        """Before anything else: what arrives while we drain would be requeued and count as delivered."""
        for subscriber in self.broker.subscribers:
            queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # type: ignore[attr-defined] # noqa: SLF001 - no public way
            if queue is not None and tag is not None:
                await queue.cancel(tag)
                subscriber._consumer_tag = None  # type: ignore[attr-defined] # noqa: SLF001

    async def _receive(self, message: RabbitMessage) -> None:
        try:
            event_id = EventId(_decoder.decode(message.body).event_id)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            log.warning("message cannot be read", reason=type(error).__name__, size_bytes=len(message.body))
            await _settled(message.reject(requeue=False))
            return
        await self.handler(event_id)
        await _settled(message.ack())


async def _settled(answer: Awaitable[object]) -> None:
    """A broken connection takes the answer with it; the broker delivers again, and nothing is due any more."""
    try:
        await answer
    except (AMQPError, OSError, RuntimeError) as error:
        log.warning("message could not be settled", reason=type(error).__name__)


@asynccontextmanager
async def consuming_from_rabbitmq(consumer: RabbitConsumer, *, patience: timedelta) -> AsyncIterator[None]:
    connecting = asyncio.create_task(_start_until_it_works(consumer))
    try:
        yield
    finally:
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await consumer.stop(patience)


async def _start_until_it_works(consumer: RabbitConsumer) -> None:
    """A broker that is away does not keep the relay from running, nor the process from starting."""
    while True:
        try:
            return await consumer.start()
        except (AMQPError, OSError, RuntimeError, TimeoutError) as error:
            log.warning("broker cannot be reached", reason=type(error).__name__)
            await asyncio.sleep(1)
