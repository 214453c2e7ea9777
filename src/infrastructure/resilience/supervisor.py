import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from application.errors import ApplicationError
from application.ports.alerts import Alerts
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType

log = structlog.get_logger("supervisor")
PAUSE_SECONDS = 1.0


@asynccontextmanager
async def supervised(
    name: str, run: Callable[[], Awaitable[None]], alerts: Alerts | None = None
) -> AsyncIterator[None]:
    """Keeps an endless task running in the background: a crash is told, and it starts again a second later."""
    task = asyncio.create_task(_for_ever(name, run, alerts), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _for_ever(name: str, run: Callable[[], Awaitable[None]], alerts: Alerts | None) -> None:
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
        except Exception as error:
            log.exception("background task crashed", task=name)
            if alerts is not None:
                alerts.raise_alert(_crash(name, error))
        await asyncio.sleep(PAUSE_SECONDS)


def _crash(name: str, error: Exception) -> Alert:
    return Alert(
        type=AlertType.SYSTEM_ERROR,
        level=AlertLevel.CRITICAL,
        component=AlertComponent.BACKGROUND,
        what=f"The background task {name} crashed: {type(error).__name__}. It was started again.",
    )
