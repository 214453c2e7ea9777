"""The first implementation's database. Nothing is assumed of its column types: a row is asked for as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.legacy_source import Cells, LegacyRow, LegacySource, LegacyTable
from infrastructure.postgres.transaction import Transaction

# Of one page, as JSON; in memory it is several times as much.
MAX_BYTES = 8 * 1024 * 1024
KEYS = {LegacyTable.STATUSES: "user_id", LegacyTable.EVENTS: "conversation_id"}
PRESENT = text("SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE to_regclass(name) IS NOT NULL")

# The rows of a page are read and measured over there; only those that fit come here. For text columns the cast is
# nothing, and the index of the key is used.
PAGES = {
    table: text(f"""
        SELECT key, row FROM (
            SELECT key, row, sum(octet_length(row)) OVER in_order AS bytes, row_number() OVER in_order AS place
            FROM (
                SELECT CAST({key} AS text) AS key, CAST(row_to_json(legacy) AS text) AS row FROM {table.value} AS legacy
                WHERE {key} IS NOT NULL AND (CAST(:after AS text) IS NULL OR CAST({key} AS text) > :after)
                ORDER BY CAST({key} AS text) LIMIT :limit
            ) AS page WINDOW in_order AS (ORDER BY key)
        ) AS measured
        WHERE bytes <= {MAX_BYTES} OR place = 1 ORDER BY place
    """)  # noqa: S608 - put together from the constants above
    for table, key in KEYS.items()
}
COUNTS = {table: text(f"SELECT count(*) FROM {table.value}") for table in LegacyTable}  # noqa: S608 - ours
KEYLESS = {
    table: text(f"SELECT count(*) FROM {table.value} WHERE {key} IS NULL")  # noqa: S608 - ours
    for table, key in KEYS.items()
}
AGENDAS = text("SELECT CAST(row_to_json(legacy) AS text) FROM agenda_agent_prompting AS legacy ORDER BY id")
PERSONAS = text("SELECT CAST(row_to_json(legacy) AS text) FROM prompt_template_for_level_friend AS legacy ORDER BY 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresLegacySource(LegacySource):
    engine: AsyncEngine
    limit: timedelta

    @property
    def name(self) -> str:
        url = self.engine.url
        return f"{url.host}:{url.port or 5432}/{url.database}"

    async def missing_tables(self) -> Sequence[LegacyTable]:
        names = [table.value for table in LegacyTable]
        async with Transaction(self.engine, limit=self.limit) as transaction:
            present = set((await transaction.execute(PRESENT, {"names": names})).scalars())
        return [table for table in LegacyTable if table.value not in present]

    async def count(self, table: LegacyTable) -> int:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return int((await transaction.execute(COUNTS[table])).scalar_one())

    async def catalogue_rows(self, table: LegacyTable) -> Sequence[Cells]:
        statement = AGENDAS if table is LegacyTable.AGENDAS else PERSONAS
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return [_cells(row) for row in (await transaction.execute(statement)).scalars()]

    async def keyless(self, table: LegacyTable) -> int:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return int((await transaction.execute(KEYLESS[table])).scalar_one())

    async def page(self, table: LegacyTable, *, after: str | None, limit: int) -> Sequence[LegacyRow]:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            rows = (await transaction.execute(PAGES[table], {"after": after, "limit": limit})).all()
        return [LegacyRow(key=row.key, cells=_cells(row.row)) for row in rows]


def _cells(row: str) -> Cells:
    return msgspec.json.decode(row, type=dict[str, object])
