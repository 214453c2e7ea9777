from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from application.ports.alerts import Alerts
from entrypoints.consumer.delivery_tracing import DeliveryTracing, untraced
from entrypoints.consumer.handler import EventHandler
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.resilience.supervisor import supervised


@asynccontextmanager
async def consuming_in_process(
    queue: InProcessQueue,
    handler: EventHandler,
    *,
    workers: int,
    patience: timedelta,
    alerts: Alerts,
    tracing: DeliveryTracing = untraced,
) -> AsyncIterator[None]:
    """Handles what is announced in this process, ``workers`` events at a time."""

    async def work() -> None:
        while True:
            announcement = await queue.next()
            with tracing(announcement.traceparent):
                await handler(announcement.event_id)

    async with AsyncExitStack() as stack:
        stack.push_async_callback(handler.finish, patience)
        for number in range(workers):
            await stack.enter_async_context(supervised(f"worker {number + 1}", work, alerts))
        yield
