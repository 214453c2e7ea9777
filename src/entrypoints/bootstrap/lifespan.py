"""What is opened when a process starts, and closed in reverse order when it stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from application.errors import DependencyUnavailable
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.garbage_collection import settle_garbage_collector
from entrypoints.bootstrap.memory_allocator import settle_memory_allocator, trim_memory
from infrastructure.resilience.supervisor import supervised

DRAIN_SECONDS = 5.0
CLOSE_SECONDS = 5.0
TELL_SECONDS = 3.0


@asynccontextmanager
async def opened(container: Container) -> AsyncIterator[None]:
    """What every process needs: alerts, database, catalogue, announcer."""
    settle_memory_allocator()
    async with AsyncExitStack() as stack:
        if (tracer := container.tracer()) is not None:
            await stack.enter_async_context(tracer.exporting())
        stack.push_async_callback(_close, container)
        stack.callback(container.alerts().give_up)
        await stack.enter_async_context(supervised("alerts", container.alerts().run))
        stack.push_async_callback(_tell, container)
        await stack.enter_async_context(supervised("loop lag", container.loop_lag().watch, container.alerts()))
        # A database that is away keeps the process unready, not from starting.
        with suppress(DependencyUnavailable):
            await container.catalogue().refresh()
        await stack.enter_async_context(supervised("catalogue", container.catalogue().poll, container.alerts()))
        await stack.enter_async_context(supervised("catalogue news", container.catalogue().follow, container.alerts()))
        await stack.enter_async_context(supervised("announcer", container.announcer().run, container.alerts()))
        await stack.enter_async_context(supervised("offers", container.offer_recorder().run, container.alerts()))
        stack.push_async_callback(_drain, container)
        await stack.enter_async_context(supervised("rounds", container.rounds().run, container.alerts()))
        await stack.enter_async_context(supervised("memory", trim_memory, container.alerts()))
        settle_garbage_collector()
        yield


async def _drain(container: Container) -> None:
    """What is accepted is announced before we go; what cannot be is left to the relay."""
    with suppress(TimeoutError):
        await asyncio.wait_for(
            asyncio.gather(container.announcer().drain(), container.offer_recorder().drain()), DRAIN_SECONDS
        )


async def _tell(container: Container) -> None:
    """What is raised is told before we go; what cannot be is logged."""
    with suppress(TimeoutError):
        await asyncio.wait_for(container.alerts().drain(), TELL_SECONDS)


async def _close(container: Container) -> None:
    """Bounded: a broker that is stuck may take its connection with it."""
    for session in (container.publishing_session(), container.consuming_session(), container.probing_session()):
        if session is not None:
            await session.close()
    for connection in (container.groq(), container.memory_api()):
        if connection is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(connection.close(), CLOSE_SECONDS)
    for client in (container.google_chat(), container.redis()):
        if client is not None:
            with suppress(TimeoutError, DependencyUnavailable):
                await asyncio.wait_for(client.close(), CLOSE_SECONDS)
    with suppress(TimeoutError):
        await asyncio.wait_for(container.engine().dispose(), CLOSE_SECONDS)
