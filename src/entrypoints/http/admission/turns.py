import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

MOST_WAITING = 64
PATIENCE = timedelta(seconds=10)


class NoTurn(Exception):
    """Too many wait already, or it took too long; nothing was begun."""


@dataclass(slots=True, kw_only=True)
class Turns:
    """``at_once`` have their turn; a few more wait, for a while, in the order in which they came."""

    at_once: int
    most_waiting: int = MOST_WAITING
    patience: timedelta = PATIENCE
    _places: asyncio.Semaphore = field(init=False)
    _waiting: int = 0

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Raises NoTurn."""
        await self._wait()
        try:
            yield
        finally:
            self._places.release()

    async def _wait(self) -> None:
        if self._waiting >= self.most_waiting and self._places.locked():
            raise NoTurn
        self._waiting += 1
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await self._places.acquire()
        except TimeoutError:
            raise NoTurn from None
        finally:
            self._waiting -= 1
