from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from entrypoints.bootstrap.container import Container
from entrypoints.consumer.delivery_tracing import untraced
from entrypoints.consumer.erasure_sweep import erasure_sweep
from entrypoints.consumer.handler import EventHandler
from entrypoints.consumer.healing import healing
from entrypoints.consumer.in_process import consuming_in_process
from entrypoints.consumer.maintenance import maintaining
from entrypoints.consumer.rabbitmq import RabbitConsumer, consuming_from_rabbitmq
from entrypoints.consumer.relay import Relay
from infrastructure.resilience.supervisor import supervised

# Of the thirty seconds that a stop may take; the rest is for hanging up.
PATIENCE = timedelta(seconds=15)


@asynccontextmanager
async def consuming(container: Container) -> AsyncIterator[None]:
    """Consumer and relay of one process; the container must be open."""
    handler = EventHandler(calculate_score=container.calculate_score(), alerts=container.alerts())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_subscription(container, handler))
        relay = Relay(
            announce_due_events=container.announce_due_events(),
            dice=container.dice(),
            interval=timedelta(seconds=container.settings().consumer.relay_interval_seconds),
        )
        await stack.enter_async_context(supervised("relay", relay.run, container.alerts()))
        rounds = container.consumer_rounds()
        await stack.enter_async_context(supervised("consumer rounds", rounds.run, container.alerts()))
        await stack.enter_async_context(maintaining(container))
        await stack.enter_async_context(erasure_sweep(container))
        await stack.enter_async_context(healing(container))
        yield


@asynccontextmanager
async def _subscription(container: Container, handler: EventHandler) -> AsyncIterator[None]:
    session, tracing = container.consuming_session(), container.deliveries() or untraced
    if session is None:
        queue = container.in_process_queue()
        workers = container.settings().consumer.prefetch
        async with consuming_in_process(
            queue, handler, workers=workers, patience=PATIENCE, alerts=container.alerts(), tracing=tracing
        ):
            yield
        return
    consumer = RabbitConsumer(session=session, dead_letters=container.dead_letters(), handler=handler, tracing=tracing)
    async with consuming_from_rabbitmq(consumer, patience=PATIENCE, alerts=container.alerts()):
        yield
