import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from application.errors import NoRoom
from application.ports.working_memory import WorkingMemory

# A decoded log of 3 MB takes between 7 and 9 MB (docs/performance.md).
EXPANSION = 3
# Five times a typical log. As many as are worked on at once hardly show, so they need not be counted.
SMALL_LOG_BYTES = 256 * 1024


@dataclass(slots=True, kw_only=True)
class ByteBudget(WorkingMemory):
    """A weighted semaphore with a single waiting place, for large logs; small ones pass freely."""

    capacity_bytes: int
    _in_use: int = 0
    _next: tuple[int, asyncio.Future[None]] | None = None

    @property
    def in_use_bytes(self) -> int:
        return self._in_use

    @asynccontextmanager
    async def reserved(self, log_bytes: int) -> AsyncIterator[None]:
        share = 0 if log_bytes <= SMALL_LOG_BYTES else min(log_bytes * EXPANSION, self.capacity_bytes)
        if share:
            await self._take(share)
        try:
            yield
        finally:
            self._give_back(share)

    async def _take(self, share: int) -> None:
        if self._next is not None:
            raise NoRoom("another large conversation waits already")
        if self._in_use + share <= self.capacity_bytes:
            self._in_use += share
        else:
            await self._wait(share)

    async def _wait(self, share: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._next = (share, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._leave(turn)
            else:
                self._give_back(share)
            raise

    def _leave(self, turn: asyncio.Future[None]) -> None:
        if self._next is not None and self._next[1] is turn:
            self._next = None

    def _give_back(self, share: int) -> None:
        self._in_use -= share
        if self._next is not None and self._in_use + self._next[0] <= self.capacity_bytes:
            waiting, turn = self._next
            self._next = None
            if not turn.done():
                self._in_use += waiting
                turn.set_result(None)
