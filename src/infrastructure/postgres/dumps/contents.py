"""What a database holds, as seen by one connection."""

from collections.abc import Sequence

from sqlalchemy import TextClause, column, func, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.backup import DatabaseContents

SCHEMA = "public"
REVISIONS = "alembic_version"
# All of ours, whatever version made them; what belongs to an extension comes and goes with it.
OUR_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
"""
_TABLES = text(f"{OUR_TABLES} ORDER BY relname")
_REVISION = text("SELECT version_num FROM public.alembic_version")
_LOGS_ELSEWHERE = text("""
    SELECT split_part(log_location, ':', 1) AS kind, count(*) AS number FROM public.conversation_events
    WHERE log_location NOT IN ('postgres:', 'none:') GROUP BY 1 ORDER BY 1
""")


async def contents_of(connection: AsyncConnection) -> DatabaseContents | None:
    """None: never migrated."""
    tables = list(await connection.scalars(_TABLES))
    if REVISIONS not in tables:
        return None
    revision = await connection.scalar(_REVISION)
    rows = {name: await _count(connection, name) for name in tables if name != REVISIONS}
    elsewhere = await _pairs(connection, _LOGS_ELSEWHERE) if "conversation_events" in tables else []
    return DatabaseContents(schema_revision=str(revision), rows=rows, logs_elsewhere=dict(elsewhere))


async def _count(connection: AsyncConnection, name: str) -> int:
    counted = await connection.scalar(select(func.count()).select_from(table(name, column("*"), schema=SCHEMA)))
    return int(counted or 0)


async def _pairs(connection: AsyncConnection, query: TextClause) -> Sequence[tuple[str, int]]:
    return [(row.kind, row.number) for row in await connection.execute(query)]
