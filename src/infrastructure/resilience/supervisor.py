import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from application.errors import ApplicationError

log = structlog.get_logger("supervisor")
PAUSE_SECONDS = 1.0


@asynccontextmanager
async def supervised(name: str, run: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Keeps an endless task running in the background: a crash is told, and it starts again a second later."""
    task = asyncio.create_task(_for_ever(name, run), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _for_ever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await run()
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            # Some libraries cancel a waiter to say that a connection is gone; nobody cancelled us.
            log.warning("background task lost its connection", task=name)
        except ApplicationError as error:
            log.warning("background task starts again", task=name, reason=str(error))
        except Exception:
            log.exception("background task crashed", task=name)
        await asyncio.sleep(PAUSE_SECONDS)
