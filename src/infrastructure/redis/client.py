from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from application.errors import DependencyUnavailable

# Of what is shared, nothing is worth more connections; beyond them a caller is refused at once.
MAX_CONNECTIONS = 10


class RedisClient:
    """Connections to one Redis, made when they are needed.

    Nothing is tried twice: an answer may be lost after the deed. A connection that broke while it lay idle is
    noticed when it is taken, and replaced.
    """

    def __init__(self, url: str, *, limit: timedelta) -> None:
        """``limit`` holds for connecting, and for each answer."""
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=limit.total_seconds(),
            socket_timeout=limit.total_seconds(),
            max_connections=MAX_CONNECTIONS,
            retry=Retry(NoBackoff(), retries=0),
            decode_responses=True,
        )

    async def run(self, script: str, keys: list[str], arguments: list[int]) -> int:
        """Runs a script that answers with a number, and nobody comes in between. Raises DependencyUnavailable."""
        async with translated():
            return int(await self._redis.eval(script, len(keys), *keys, *arguments))

    async def answer(self) -> None:
        """Returns when it has answered. Raises DependencyUnavailable."""
        async with translated():
            await self._redis.ping()

    async def close(self) -> None:
        async with translated():
            await self._redis.aclose()


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Lets no exception of the library out, and nothing of its text: that may hold an address with a password."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise DependencyUnavailable(f"Redis did not answer ({type(error).__name__})") from None
