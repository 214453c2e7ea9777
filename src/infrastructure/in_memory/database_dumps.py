from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from application.errors import DependencyUnavailable
from application.ports.database_dumps import DatabaseDumps, Dump
from domain.backup import DatabaseContents

REVISIONS = ("0001", "0002")


@dataclass(slots=True, kw_only=True)
class InMemoryDatabaseDumps(DatabaseDumps):
    """A database of named rows, dumped as JSON. ``breaks_off``: the next dump ends before its end."""

    tables: dict[str, list[str]] | None = field(default_factory=dict)
    revision: str = REVISIONS[-1]
    connected: int = 0
    breaks_off: bool = False

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Dump]:
        contents = await self.contents()
        if contents is None:
            raise DependencyUnavailable("the database has not been migrated: there is nothing to back up")
        yield Dump(contents=contents, pieces=self._pieces())

    async def contents(self) -> DatabaseContents | None:
        if self.tables is None:
            return None
        rows = {name: len(rows) for name, rows in self.tables.items()}
        return DatabaseContents(schema_revision=self.revision, rows=rows, logs_elsewhere={})

    async def others(self) -> int:
        return self.connected

    async def load(self, pieces: AsyncIterator[bytes]) -> None:
        dump = b"".join([piece async for piece in pieces])
        try:
            self.revision, self.tables = msgspec.json.decode(dump, type=tuple[str, dict[str, list[str]]])
        except msgspec.DecodeError as error:
            raise DependencyUnavailable("this is no dump") from error

    def knows(self, schema_revision: str) -> bool:
        return schema_revision in REVISIONS

    async def bring_up(self) -> None:
        self.revision = REVISIONS[-1]

    async def _pieces(self) -> AsyncIterator[bytes]:
        dump = msgspec.json.encode((self.revision, self.tables))
        for half in (dump[: len(dump) // 2], dump[len(dump) // 2 :]):
            yield half
            if self.breaks_off:
                raise DependencyUnavailable("the in-memory dump was told to break off")
