import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from application.errors import DependencyUnavailable
from application.ports.database_dumps import DatabaseDumps, Dump
from domain.backup import DatabaseContents
from infrastructure.postgres.dumps.connection_files import connection_environment
from infrastructure.postgres.dumps.contents import contents_of
from infrastructure.postgres.dumps.loading import load
from infrastructure.postgres.dumps.programs import Programs, programs_for
from infrastructure.postgres.dumps.running import output, running
from infrastructure.postgres.engine import make_patient_engine
from infrastructure.postgres.errors import translated
from infrastructure.postgres.migrations import is_known, migrate

_EXPORT_SNAPSHOT = text("SELECT pg_export_snapshot()")
_SERVER_MAJOR = text("SELECT current_setting('server_version_num')::int / 10000")
_OTHERS = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'context-handling%'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDumps(DatabaseDumps):
    """By pg_dump, pg_restore and psql, in pg_dump's custom format.

    Contents are counted in the very snapshot that pg_dump reads, so that they can be compared to the last row.
    """

    database_url: str = field(repr=False)
    program_directories: Sequence[Path]

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Dump]:
        async with self._connected() as connection:
            with translated():
                contents = await contents_of(connection)
                snapshot = await connection.scalar(_EXPORT_SNAPSHOT)
            if contents is None:
                raise DependencyUnavailable("the database has not been migrated: there is nothing to back up")
            programs = await self._programs(connection)
            with connection_environment(self.database_url) as environment:
                async with running(_pg_dump(programs, str(snapshot)), environment) as pg_dump:
                    yield Dump(contents=contents, pieces=output(pg_dump))

    async def contents(self) -> DatabaseContents | None:
        async with self._connected() as connection:
            with translated():
                return await contents_of(connection)

    async def others(self) -> int:
        async with self._connected() as connection:
            with translated():
                return int(await connection.scalar(_OTHERS) or 0)

    async def load(self, pieces: AsyncIterator[bytes]) -> None:
        async with self._connected() as connection:
            programs = await self._programs(connection)
        with connection_environment(self.database_url) as environment:
            await load(pieces, programs, environment)

    def knows(self, schema_revision: str) -> bool:
        return is_known(schema_revision)

    async def bring_up(self) -> None:
        with translated():
            await asyncio.to_thread(migrate, self.database_url)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        engine = make_patient_engine(self.database_url)
        with translated():
            connection = await engine.connect()
        try:
            yield connection
        finally:
            await connection.close()
            await engine.dispose()

    async def _programs(self, connection: AsyncConnection) -> Programs:
        with translated():
            major = await connection.scalar(_SERVER_MAJOR)
        return await asyncio.to_thread(programs_for, int(major or 0), self.program_directories)


def _pg_dump(programs: Programs, snapshot: str) -> Sequence[str | Path]:
    """Logs are compressed already: more than the fastest compression costs minutes and saves little."""
    options = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-password")
    return (programs.pg_dump, *options, f"--snapshot={snapshot}", "--lock-wait-timeout=30s")
