"""Point-in-time recovery as docs/disaster_recovery.md has it: the settings are read from that page."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.account import server_account
from infrastructure.private_postgres.binaries import find_binaries
from infrastructure.private_postgres.node import PrivatePostgres
from infrastructure.private_postgres.processes import wait_until
from tests.architecture.source_files import ROOT
from tests.servers.databases import for_sqlalchemy
from tests.servers.directories import open_directory

pytestmark = pytest.mark.servers
PAGE = ROOT / "docs" / "disaster_recovery.md"
ADD = "INSERT INTO friendships VALUES (%s, 0, 'PHASE1_STRANGER', 0)"
_BLOCK = re.compile(r"```ini\n(.*?)```", re.DOTALL)


@pytest.fixture
def place() -> Iterator[Path]:
    """Where the server's user may work: the archive, and the servers' directories."""
    with open_directory() as directory:
        (directory / "archive").mkdir()
        _give_to_server(directory / "archive")
        yield directory


def test_a_lost_server_comes_back_as_of_one_moment(place: Path) -> None:
    archiving, recovering = (_settings(block, place / "archive") for block in _BLOCK.findall(PAGE.read_text()))
    with PrivatePostgres(place / "first", durable=True, settings=archiving) as server:
        migrate(for_sqlalchemy(server.url))
        _execute(server.url, ADD, "in the base")
        _base_backup(server.url, place / "base")
        _execute(server.url, ADD, "only in the log")
        moment = _asked(server.url, "SELECT clock_timestamp()::text")
        time.sleep(0.05)
        _execute(server.url, "DELETE FROM friendships")
        _archive_all(server.url, place / "archive")
        server.kill()
    shutil.rmtree(place / "first")

    _put_in_place(place / "base", place / "second" / "cluster")
    recovering = {**recovering, "recovery_target_time": moment}
    with PrivatePostgres(place / "second", durable=True, settings=recovering) as server:
        assert wait_until(lambda: _asked(server.url, "SELECT pg_is_in_recovery()::text") == "false", seconds=30)
        assert _asked(server.url, "SELECT string_agg(user_id, ', ' ORDER BY user_id) FROM friendships") == (
            "in the base, only in the log"
        )
        _execute(server.url, ADD, "life goes on")


def test_the_page_promises_what_its_settings_keep() -> None:
    archiving = _settings(_BLOCK.findall(PAGE.read_text())[0], Path("/archive"))

    assert int(archiving["archive_timeout"]) <= 5 * 60


def _settings(block: str, archive: Path) -> Mapping[str, str]:
    pairs = (line.strip().partition(" = ") for line in block.splitlines() if line.strip())
    return {name: value.strip("'").replace("/archive", str(archive)) for name, _, value in pairs}


def _base_backup(url: str, base: Path) -> None:
    program = find_binaries(major=None).directory / "pg_basebackup"
    options = ("--wal-method=none", "--checkpoint=fast", "--no-password", f"--pgdata={base}")
    subprocess.run((program, f"--dbname={url}", *options), check=True, capture_output=True, timeout=60, cwd="/")


def _archive_all(url: str, archive: Path) -> None:
    segment = _asked(url, "SELECT pg_walfile_name(pg_switch_wal())")
    assert wait_until((archive / segment).exists, seconds=30)


def _put_in_place(base: Path, cluster: Path) -> None:
    cluster.parent.mkdir(mode=0o711)
    base.rename(cluster)
    (cluster / "recovery.signal").touch()
    for path in (cluster, *cluster.rglob("*")):
        _give_to_server(path)


def _give_to_server(path: Path) -> None:
    account = server_account(path.parent / "no cluster yet")
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)


def _execute(url: str, statement: str, *parameters: object) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode(), parameters or None)


def _asked(url: str, query: str) -> str:
    with psycopg.connect(url) as connection:
        found = connection.execute(query.encode()).fetchone()
    return str(found[0]) if found else ""
