import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aiormq.exceptions import AMQPError

from application.errors import DependencyUnavailable
from infrastructure.rabbitmq.session import RabbitSession


@asynccontextmanager
async def within(session: RabbitSession, limit: timedelta) -> AsyncIterator[None]:
    """Bounds what is done with a session, turns every failure into DependencyUnavailable, and starts over after it.

    The library's own timeout of a publish has no effect, and a connection lost while waiting for a confirm
    arrives as a cancellation that nobody asked for.
    """
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except TimeoutError as error:
        session.distrust()
        raise DependencyUnavailable("the broker did not answer in time") from error
    except asyncio.CancelledError as error:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        session.distrust()
        raise DependencyUnavailable("the connection to the broker was lost") from error
    except (AMQPError, OSError, RuntimeError) as error:
        session.distrust()
        raise DependencyUnavailable(f"the broker refused ({type(error).__name__})") from error
