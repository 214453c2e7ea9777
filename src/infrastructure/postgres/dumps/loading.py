"""A dump into a database in one transaction, in which what was there goes and what is in the dump comes.

pg_restore writes SQL, psql carries it out. The transaction is committed by a line of ours, which is written only when
pg_restore has ended well: whoever dies before, psql included, changes nothing.
"""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import IO

from application.errors import DependencyUnavailable
from infrastructure.postgres.dumps.contents import OUR_TABLES
from infrastructure.postgres.dumps.passing_on import pass_on
from infrastructure.postgres.dumps.programs import Programs
from infrastructure.postgres.dumps.running import feed, running, within

INDEXES_BUILT_WITHIN = timedelta(hours=2)
# Whoever still uses a table is not waited for: the service is to be stopped before.
BEGIN = f"""
BEGIN;
SET LOCAL lock_timeout = '10s';
DO $$ DECLARE name text; BEGIN
    FOR name IN {OUR_TABLES} LOOP EXECUTE format('DROP TABLE public.%I CASCADE', name); END LOOP;
END $$;
"""
COMMIT = "\nCOMMIT;\n"


async def load(pieces: AsyncIterator[bytes], programs: Programs, environment: Mapping[str, str]) -> None:
    """Raises DependencyUnavailable; the database is then as it was."""
    orders = (programs.psql, "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-")
    with _pipe() as (read_end, script):
        async with running(orders, environment, stdin=read_end.fileno(), stdout=DEVNULL) as psql:
            read_end.close()
            script.write(BEGIN.encode())
            try:
                await _write_orders(pieces, programs, environment, script)
            except DependencyUnavailable:
                script.close()
                await psql.end()  # if it failed first, it knows why
                raise
            with suppress(BrokenPipeError):  # the same
                await asyncio.to_thread(script.write, COMMIT.encode())
            script.close()
            await psql.end(INDEXES_BUILT_WITHIN)


async def _write_orders(
    pieces: AsyncIterator[bytes], programs: Programs, environment: Mapping[str, str], script: IO[bytes]
) -> None:
    arguments = (programs.pg_restore, "--no-owner", "--no-privileges", "--file=-")
    with _pipe() as (spoken, entry):
        async with running(arguments, environment, stdin=PIPE, stdout=entry.fileno()) as pg_restore:
            entry.close()
            passed_on = asyncio.get_running_loop().run_in_executor(
                None, pass_on, os.dup(spoken.fileno()), os.dup(script.fileno())
            )
            spoken.close()
            await feed(pg_restore, pieces)
            await pg_restore.end(INDEXES_BUILT_WITHIN)
            # Only now: before, it may wait for a psql that our caller has yet to end.
            await within(INDEXES_BUILT_WITHIN, passed_on, "psql")


@contextmanager
def _pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Its reading and its writing end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as output, os.fdopen(writing, "wb", buffering=0) as entry:
        yield output, entry
