import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from application.ports.working_memory import WorkingMemory

# A decoded log of 3 MB takes between 7 and 9 MB (docs/performance.md).
EXPANSION = 3


@dataclass(slots=True, kw_only=True)
class ByteBudget(WorkingMemory):
    """A weighted semaphore: the number of conversations is bounded elsewhere, their bytes are bounded here."""

    capacity_bytes: int
    _in_use: int = 0
    _waiting: deque[tuple[int, asyncio.Future[None]]] = field(default_factory=deque)

    @property
    def in_use_bytes(self) -> int:
        return self._in_use

    @asynccontextmanager
    async def reserved(self, log_bytes: int) -> AsyncIterator[None]:
        share = min(log_bytes * EXPANSION, self.capacity_bytes)
        await self._take(share)
        try:
            yield
        finally:
            self._give_back(share)

    async def _take(self, share: int) -> None:
        if not self._waiting and self._fits(share):
            self._in_use += share
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((share, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(share)
            else:
                with suppress(ValueError):  # whoever admits others drops those who left
                    self._waiting.remove((share, turn))
                self._admit()
            raise

    def _give_back(self, share: int) -> None:
        self._in_use -= share
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._fits(self._waiting[0][0]):
            share, turn = self._waiting.popleft()
            if not turn.done():
                self._in_use += share
                turn.set_result(None)

    def _fits(self, share: int) -> bool:
        return self._in_use + share <= self.capacity_bytes
