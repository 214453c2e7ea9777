"""The first implementation's database. Nothing is assumed of its column types: a row is asked for as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.legacy_source import Cells, LegacyRow, LegacySource, LegacyTable
from infrastructure.postgres.transaction import Transaction

# A page of so much JSON is full; it is as large as that and one row. In memory it is several times as much.
FULL_BYTES = 4 * 1024 * 1024
KEYS = {LegacyTable.STATUSES: "user_id", LegacyTable.EVENTS: "conversation_id"}
PRESENT = text("SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE to_regclass(name) IS NOT NULL")

# Row after row by the index of the key, until the page is full: what does not go into it is not read. For text
# columns the cast is nothing.
PAGES = {
    table: text(f"""
        WITH RECURSIVE page AS (
            (SELECT CAST({key} AS text) AS key, CAST(row_to_json(legacy) AS text) AS row,
                    octet_length(CAST(row_to_json(legacy) AS text)) AS bytes, 1 AS place
             FROM {table.value} AS legacy
             WHERE {key} IS NOT NULL AND (CAST(:after AS text) IS NULL OR CAST({key} AS text) > :after)
             ORDER BY CAST({key} AS text) LIMIT 1)
            UNION ALL
            SELECT beyond.key, beyond.row, bytes + octet_length(beyond.row), place + 1
            FROM page, LATERAL (
                SELECT CAST({key} AS text) AS key, CAST(row_to_json(legacy) AS text) AS row
                FROM {table.value} AS legacy WHERE CAST({key} AS text) > page.key
                ORDER BY CAST({key} AS text) LIMIT 1
            ) AS beyond
            WHERE bytes < {FULL_BYTES} AND place < :limit
        )
        SELECT key, row FROM page ORDER BY place
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
