from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from domain.backup import DatabaseContents


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    contents: DatabaseContents
    pieces: AsyncIterator[bytes]
    """Raises DependencyUnavailable unless it comes to its end."""


class DatabaseDumps(Protocol):
    """The database as a whole, out and in. Every method raises DependencyUnavailable."""

    def taken(self) -> AbstractAsyncContextManager[Dump]:
        """The database as of one moment, while others go on reading and writing; contents and pieces agree."""
        ...

    async def contents(self) -> DatabaseContents | None:
        """What is there now; None: no tables."""
        ...

    async def others(self) -> int:
        """Processes of this service that are connected, this one not counted."""
        ...

    async def load(self, pieces: AsyncIterator[bytes]) -> None:
        """Puts a dump in the place of everything there: all of it, or nothing is changed."""
        ...

    def knows(self, schema_revision: str) -> bool:
        """Whether this program can bring such a schema up to its own."""
        ...

    async def bring_up(self) -> None:
        """Brings the schema up to this program's. Nothing happens when it is there."""
        ...
