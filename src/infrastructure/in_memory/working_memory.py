from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from application.errors import NoRoom
from application.ports.working_memory import WorkingMemory


@dataclass(slots=True, kw_only=True)
class EndlessMemory(WorkingMemory):
    """Never makes anybody wait, and remembers the most that was held at once."""

    held_bytes: int = 0
    most_bytes: int = 0

    @asynccontextmanager
    async def reserved(self, log_bytes: int) -> AsyncIterator[None]:
        self.held_bytes += log_bytes
        self.most_bytes = max(self.most_bytes, self.held_bytes)
        try:
            yield
        finally:
            self.held_bytes -= log_bytes


class FullMemory(WorkingMemory):
    """Has no room for anybody."""

    @asynccontextmanager
    async def reserved(self, log_bytes: int) -> AsyncIterator[None]:
        raise NoRoom("told to be full")
        yield
