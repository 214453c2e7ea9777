"""Backups go into an object store under load; the database and all local files are lost, and come back from there."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, program
from tests.faults.backend import Backend
from tests.faults.checker import Checker, Findings
from tests.faults.forked import Nursery
from tests.faults.restoring import succeeding, work_goes_on
from tests.faults.rolling import addresses, assert_more_is_accepted, started
from tests.servers.databases import create_database, drop_database
from tests.servers.object_store import PREFIX, Bucket

pytestmark = pytest.mark.servers
KEPT = 2


async def test_a_lost_database_comes_back_from_the_store(
    brisk: Nursery, bucket: Bucket, database_url: str, postgres_server_url: str, tmp_path: Path
) -> None:
    local, stored = tmp_path / "backups", bucket.directory / PREFIX / "backups"
    local.mkdir()
    running = await started(brisk, bucket.settings)
    with program(tmp_path, DATABASE_URL=database_url, DB_POOL_SIZE="5", **bucket.settings) as operator:
        async with Backend(addresses(running)) as backend:
            async with backend.under_load(robots=2):
                before = await _backed_up(operator, backend, local, times=KEPT + 1)
                await assert_more_is_accepted(backend)
            for process in running:
                process.kill()
            older, newest = _names(stored)
            assert [older, newest] == _names(local)
            drop_database(postgres_server_url, database_url)
            shutil.rmtree(local)
            local.mkdir()
            restored_url = create_database(postgres_server_url)
            restore = ("restore", "--from", str(local), "--download")

            _change_a_byte(stored / f"{newest}.dump")
            refused = await asyncio.to_thread(lambda: operator.run(*restore, DATABASE_URL=restored_url))
            assert (refused.code, f"{newest} is damaged" in refused.err) == (1, True)
            assert (_names(local), list(local.iterdir())) == ([], [])

            await succeeding(operator, "restore", older, *restore[1:], DATABASE_URL=restored_url)
            _change_a_byte(stored / f"{newest}.dump")
            restored = await succeeding(operator, *restore, "--replace", DATABASE_URL=restored_url)
            assert f"Restored {newest}" in restored
            assert "The ledger is right" in await succeeding(operator, "ledger", "verify", DATABASE_URL=restored_url)
            again = Checker(restored_url)
            assert again.findings(before) == Findings()
            for conversation_id in list(before)[:5]:
                shown = await succeeding(operator, "events", "show", conversation_id, DATABASE_URL=restored_url)
                assert conversation_id in shown

            await work_goes_on(brisk, restored_url, backend, again, settings=bucket.settings)
    drop_database(postgres_server_url, restored_url)


async def _backed_up(operator: Program, backend: Backend, local: Path, *, times: int) -> dict[str, str]:
    """What was promised before the last of these backups."""
    before: dict[str, str] = {}
    for _ in range(times):
        await assert_more_is_accepted(backend)
        before = dict(backend.promises)
        told = await succeeding(operator, "backup", "--to", str(local), "--keep", str(KEPT), "--upload")
        assert "Uploaded." in told
    return before


def _names(directory: Path) -> Sequence[str]:
    """Of all backups there, each with its dump."""
    names = sorted(file.stem for file in directory.glob("*.json"))
    assert sorted(file.stem for file in directory.glob("*.dump")) == names
    return names


def _change_a_byte(dump: Path) -> None:
    """Doing it twice makes it whole again."""
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
