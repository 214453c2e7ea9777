"""A second role of the database takes over from the first; its SQL is read from docs/secrets_rotation.md."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infrastructure.postgres.migrations import migrate, roll_back
from tests.architecture.source_files import ROOT
from tests.end_to_end.program import Program, program
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Forked, Nursery, nursery
from tests.faults.guarded_database import OWNER, GuardedDatabase, guarded_database
from tests.faults.patience import until
from tests.faults.rolling import addresses, assert_more_is_accepted, rolled, started
from tests.faults.settings import BRISK
from tests.servers.databases import for_libpq

pytestmark = pytest.mark.servers
PAGE = ROOT / "docs" / "secrets_rotation.md"
FIRST, SECOND = "context_handling_1", "context_handling_2"
_BLOCK = re.compile(r"```sql\n(.*?)```", re.DOTALL)
_OTHERS = """
    SELECT usename FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_OWNERS = """
    SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
"""


@pytest.fixture
def database(directory: Path) -> Iterator[GuardedDatabase]:
    with guarded_database(directory, password="owner") as guarded:
        migrate(guarded.url_as(OWNER, "owner"))
        yield guarded


@pytest.fixture
def service(directory: Path, rabbitmq_url: str) -> Iterator[Nursery]:
    with nursery(directory, {**BRISK, "RABBITMQ_URL": rabbitmq_url}) as children:
        yield children


async def test_a_second_role_takes_over_and_nobody_notices(
    service: Nursery, database: GuardedDatabase, tmp_path: Path
) -> None:
    made, who, owner_closed, dropped = (block.strip() for block in _BLOCK.findall(PAGE.read_text()))
    checker = Checker(database.url)
    running = await started(service, {"DATABASE_URL": database.url_as(OWNER, "owner")})
    async with Backend(addresses(running)) as backend:
        async with backend.under_load(robots=2):
            await assert_more_is_accepted(backend)
            running = await _handed_over(service, running, database, made, FIRST)
            assert database.asked(who) == [FIRST]
            database.order(owner_closed)
            await assert_more_is_accepted(backend)
            running = await _handed_over(service, running, database, made.replace(FIRST, SECOND), SECOND)
            assert database.asked(who) == [SECOND]
            database.order(dropped)
            await assert_more_is_accepted(backend)

        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)
    assert {role: database.admits(role, _password(role)) for role in (OWNER, FIRST, SECOND)} == {
        OWNER: False,
        FIRST: False,
        SECOND: True,
    }
    assert [process.log.name for process in service.children if "a dependency is unavailable" in process.output()] == []
    with program(tmp_path, DATABASE_URL=database.url_as(SECOND, _password(SECOND)), DB_POOL_SIZE="5") as operator:
        taken = operator.run("backup", "--to", str(tmp_path))
        assert taken.code == 0, taken.err
        in_use = operator.run("restore", "--from", str(tmp_path), "--replace")
        assert (in_use.code, "connections of the running service" in in_use.err) == (1, True)
        for process in running:
            process.stop()
        _assert_migrations_work(database, operator, tmp_path)


def _assert_migrations_work(database: GuardedDatabase, operator: Program, backups: Path) -> None:
    """The whole schema is taken down and made again by the role that is left, and belongs to the owner all the same."""
    url = database.url_as(SECOND, _password(SECOND))
    roll_back(url, "-1")
    migrate(url)
    assert operator.run("migrate").code == 0
    restored = operator.run("restore", "--from", str(backups), "--replace")
    assert restored.code == 0, restored.err
    assert "The ledger is right" in restored.out
    roll_back(url)
    migrate(url)
    assert database.asked(_OWNERS) == [OWNER]


def test_a_session_outlives_its_login_and_its_role_until_somebody_hangs_up(database: GuardedDatabase) -> None:
    made, _, owner_closed, dropped = (block.strip() for block in _BLOCK.findall(PAGE.read_text()))
    database.order(*_statements(made))
    database.set_password(FIRST, _password(FIRST))
    thief, forgotten = (_session(database, FIRST) for _ in range(2))

    database.order(owner_closed.replace(OWNER, FIRST))
    assert _is_alive(thief)
    database.hang_up_on(FIRST, but=forgotten.info.backend_pid)
    assert not _is_alive(thief)
    database.order(dropped)

    assert _is_alive(forgotten)
    assert database.asked(_OTHERS) == ["None"]
    forgotten.close()


def _session(database: GuardedDatabase, role: str) -> psycopg.Connection[Any]:
    return psycopg.connect(for_libpq(database.url_as(role, _password(role))), autocommit=True)


def _is_alive(session: psycopg.Connection[Any]) -> bool:
    try:
        return session.execute("SELECT count(*) FROM conversation_events").fetchone() == (0,)
    except psycopg.OperationalError:
        return False


async def _handed_over(
    service: Nursery, running: list[Forked], database: GuardedDatabase, made: str, role: str
) -> list[Forked]:
    database.order(*_statements(made))
    database.set_password(role, _password(role))
    return await rolled(service, running, {"DATABASE_URL": database.url_as(role, _password(role))})


def _statements(block: str) -> list[str]:
    return [statement.strip() for statement in block.split(";") if statement.strip()]


def _password(role: str) -> str:
    return {OWNER: "owner", FIRST: "first", SECOND: "second"}[role]
