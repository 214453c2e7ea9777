"""The database is lost while everybody works, and comes back from a backup that was taken under load."""

import asyncio
from pathlib import Path

import pytest

from tests.end_to_end.program import program
from tests.faults.backend import Backend
from tests.faults.checker import Checker, Findings
from tests.faults.forked import Nursery
from tests.faults.patience import until
from tests.faults.restoring import succeeding, work_goes_on
from tests.servers.databases import create_database, drop_database

pytestmark = pytest.mark.servers


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    directory = tmp_path / "backups"
    directory.mkdir()
    return directory


async def test_a_lost_database_comes_back_as_it_was_at_one_moment_of_a_busy_day(
    brisk: Nursery, database_url: str, postgres_server_url: str, backups: Path, tmp_path: Path
) -> None:
    api, consumers = brisk.serve(), [brisk.consume(), brisk.consume()]
    for process in (api, *consumers):
        await asyncio.to_thread(process.wait_until_up)
    with program(tmp_path, DATABASE_URL=database_url, DB_POOL_SIZE="5") as operator:
        async with Backend([api.url]) as backend:
            async with backend.under_load(robots=3):
                assert await until(lambda: len(backend.promises) > 20)
                before = dict(backend.promises)
                assert (await succeeding(operator, "backup", "--to", str(backups))).startswith(str(backups))
                accepted_during = len(backend.promises)
                assert await until(lambda: len(backend.promises) > accepted_during + 10)
            for process in (api, *consumers):
                process.kill()
            drop_database(postgres_server_url, database_url)
            restored_url = create_database(postgres_server_url)

            restored = await succeeding(operator, "restore", "--from", str(backups), DATABASE_URL=restored_url)
            assert "The ledger is right" in restored
            assert "The ledger is right" in await succeeding(operator, "ledger", "verify", DATABASE_URL=restored_url)
            again = Checker(restored_url)
            assert again.findings(before) == Findings()

            await work_goes_on(brisk, restored_url, backend, again)
    drop_database(postgres_server_url, restored_url)
