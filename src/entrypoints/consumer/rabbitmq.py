import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from aiormq.exceptions import AMQPError
from faststream.middlewares import AckPolicy
from faststream.rabbit import RabbitMessage
from faststream.rabbit.subscriber import RabbitSubscriber

from application.errors import DependencyUnavailable
from application.ports.alerts import Alerts
from application.use_cases.calculate_score import ScoringOutcome
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from entrypoints.consumer.delivery_tracing import DeliveryTracing, untraced
from entrypoints.consumer.handler import EventHandler
from infrastructure.rabbitmq.confirmed_publish import within
from infrastructure.rabbitmq.dead_letters import DeadLetters
from infrastructure.rabbitmq.message import DeadLetterReason, UnreadableMessage, event_id_of, traceparent_of
from infrastructure.rabbitmq.session import RabbitSession
from infrastructure.resilience.supervisor import supervised

log = structlog.get_logger("consumer")
CHECK_SECONDS = 3.0
CHECK_LIMIT = timedelta(seconds=3)
START_LIMIT = timedelta(seconds=10)
SETTLE_SECONDS = 1.0
CANCEL_LIMIT = timedelta(seconds=5)


async def _raw(message: RabbitMessage) -> bytes:
    """The library would decode before us, and acknowledge what it cannot read."""
    return message.body


@dataclass(slots=True, kw_only=True)
class RabbitConsumer:
    """Acknowledges every outcome; what cannot be worked on goes to the dead-letter queue.

    A subscription may vanish without a word: the server cancels it, the queue is deleted, the connection is
    half open. So it is looked at every few seconds, and made anew on another connection.
    """

    session: RabbitSession
    dead_letters: DeadLetters
    handler: EventHandler
    tracing: DeliveryTracing = untraced
    _subscriber: RabbitSubscriber | None = None
    _stopping: bool = False
    _receiving: set[asyncio.Task[object]] = field(default_factory=set)

    async def run(self) -> None:
        """Consumes until cancelled. Raises DependencyUnavailable when a subscription is lost or cannot be made."""
        try:
            async with within(self.session, START_LIMIT):
                await self._subscribe()
            log.info("subscribed")
            while True:
                await asyncio.sleep(CHECK_SECONDS)
                if not self._stopping:
                    await self._check()
        finally:
            self._subscriber = None
            self.session.distrust()

    async def stop(self, patience: timedelta) -> None:
        """Takes nothing new, then finishes or hands back what is under way."""
        self._stopping = True
        with suppress(DependencyUnavailable):
            async with within(self.session, CANCEL_LIMIT):
                await self._cancel()
        await self.handler.finish(patience)
        if self._receiving:
            await asyncio.wait(self._receiving, timeout=SETTLE_SECONDS)

    async def _subscribe(self) -> None:
        broker = await self.session.broker()
        # On the broker's own channel, which has the prefetch: whatever channel were named here, a queue is
        # consumed on the one that declared it.
        self._subscriber = broker.subscriber(
            self.session.topology.queue,
            self.session.topology.exchange,
            ack_policy=AckPolicy.MANUAL,
            decoder=_raw,
        )
        self._subscriber(self._receive)
        await broker.start()

    async def _check(self) -> None:
        async with within(self.session, CHECK_LIMIT):
            if not await self._is_subscribed() or not await self.session.consumers():
                raise RuntimeError("the subscription is gone")

    async def _is_subscribed(self) -> bool:
        """Whether the client still knows our subscription; a cancel from the server takes it away."""
        if self._subscriber is None or self._subscriber._queue_obj is None:  # noqa: SLF001 - no public way
            return False
        channel = await self._subscriber._queue_obj.channel.get_underlay_channel()  # noqa: SLF001
        known = channel.consumers  # type: ignore[attr-defined] # not part of the interface, but of the one class
        return self._subscriber._consumer_tag in known  # noqa: SLF001

    async def _cancel(self) -> None:
        """Before anything else: what arrives while we drain would be requeued and count as delivered."""
        if self._subscriber is not None and (queue := self._subscriber._queue_obj) is not None:  # noqa: SLF001
            tag, self._subscriber._consumer_tag = self._subscriber._consumer_tag, None  # noqa: SLF001
            if tag is not None:
                await queue.cancel(tag)

    async def _receive(self, message: RabbitMessage) -> None:
        if (task := asyncio.current_task()) is not None:
            self._receiving.add(task)
            task.add_done_callback(self._receiving.discard)
        with self.tracing(traceparent_of(message.headers)):
            await self._process(message)

    async def _process(self, message: RabbitMessage) -> None:
        try:
            event_id = event_id_of(message.body, message.headers)
        except UnreadableMessage as error:
            await self._put_away(message, body=message.body, reason=error.reason)
            return
        if await self.handler(event_id) is ScoringOutcome.UNKNOWN:
            # The id alone: of a child that was erased nothing may stay behind here.
            await self._put_away(
                message, body=f'{{"event_id": {event_id}}}'.encode(), reason=DeadLetterReason.UNKNOWN_EVENT
            )
        else:
            await _settled(message.ack())

    async def _put_away(self, message: RabbitMessage, *, body: bytes, reason: DeadLetterReason) -> None:
        try:
            await self.dead_letters.put(body, reason=reason)
        except DependencyUnavailable:
            # The queue's own dead-lettering is the second way to the same place, without the reason.
            await _settled(message.reject(requeue=False))
        else:
            await _settled(message.ack())


async def _settled(answer: Awaitable[object]) -> None:
    """A broken connection takes the answer with it; the broker delivers again, and nothing is due any more."""
    try:
        await answer
    except (AMQPError, OSError, RuntimeError) as error:
        log.warning("message could not be settled", reason=type(error).__name__)


@asynccontextmanager
async def consuming_from_rabbitmq(
    consumer: RabbitConsumer, *, patience: timedelta, alerts: Alerts
) -> AsyncIterator[None]:
    """A broker that is away keeps neither the relay from running nor the process from starting."""

    async def run() -> None:
        try:
            await consumer.run()
        except DependencyUnavailable as error:
            alerts.raise_alert(_unsubscribed(error))
            raise

    async with supervised("consumer", run, alerts):
        try:
            yield
        finally:
            await consumer.stop(patience)


def _unsubscribed(error: DependencyUnavailable) -> Alert:
    return Alert(
        type=AlertType.QUEUE_UNAVAILABLE,
        level=AlertLevel.HIGH,
        component=AlertComponent.CONSUMER,
        what=f"A consumer lost its subscription, or got none: {error}.",
    )
