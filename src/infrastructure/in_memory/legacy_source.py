from collections.abc import Sequence
from dataclasses import dataclass, field

from application.errors import DependencyUnavailable
from application.ports.legacy_source import Cells, LegacyRow, LegacySource, LegacyTable

KEYS = {LegacyTable.STATUSES: "user_id", LegacyTable.EVENTS: "conversation_id"}


@dataclass(slots=True, kw_only=True)
class InMemoryLegacySource(LegacySource):
    tables: dict[LegacyTable, list[Cells]] = field(default_factory=lambda: {table: [] for table in LegacyTable})
    reachable: bool = True

    @property
    def name(self) -> str:
        return "memory"

    async def missing_tables(self) -> Sequence[LegacyTable]:
        self._must_answer()
        return [table for table in LegacyTable if table not in self.tables]

    async def count(self, table: LegacyTable) -> int:
        self._must_answer()
        return len(self.tables[table])

    async def catalogue_rows(self, table: LegacyTable) -> Sequence[Cells]:
        self._must_answer()
        rows = self.tables[table]
        return sorted(rows, key=lambda cells: int(str(cells["id"]))) if table is LegacyTable.AGENDAS else rows

    async def keyless(self, table: LegacyTable) -> int:
        self._must_answer()
        return sum(cells.get(KEYS[table]) is None for cells in self.tables[table])

    async def page(self, table: LegacyTable, *, after: str | None, limit: int) -> Sequence[LegacyRow]:
        self._must_answer()
        keyed = [(str(key), cells) for cells in self.tables[table] if (key := cells.get(KEYS[table])) is not None]
        beyond = sorted((pair for pair in keyed if after is None or pair[0] > after), key=lambda pair: pair[0])
        return [LegacyRow(key=key, cells=cells) for key, cells in beyond[:limit]]

    def _must_answer(self) -> None:
        if not self.reachable:
            raise DependencyUnavailable("the in-memory legacy database was told to be away")
