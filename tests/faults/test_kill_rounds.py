"""Two hundred kills at random, several a second, while conversations are posted; `make soak` asks for many more."""

import os
from pathlib import Path

import pytest

from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.due import ring_now
from tests.faults.forked import nursery
from tests.faults.mayhem import Mayhem, breakable
from tests.faults.patience import until
from tests.faults.settings import BRISK
from tests.servers.breakable_rabbitmq import BreakableRabbitmq

pytestmark = pytest.mark.servers
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "200"))
SEED = int(os.environ.get("FAULT_SEED", "1"))
LEASES_SECONDS = 5.0
DRAIN_SECONDS = 120.0
# An attempt dies with its worker; with a kill several times a second, one conversation may meet many.
STUBBORN = {**BRISK, "MAX_RETRY_ATTEMPTS": "50"}


async def test_two_hundred_kills_lose_nothing_and_count_nothing_twice(
    directory: Path,
    fragile_database_url: str,
    fragile_postgres: PrivatePostgres,
    fragile_rabbitmq: BreakableRabbitmq,
) -> None:
    settings = {**STUBBORN, "DATABASE_URL": fragile_database_url, "RABBITMQ_URL": fragile_rabbitmq.new_vhost()}
    checker = Checker(fragile_database_url)
    with nursery(directory, settings) as children:
        mayhem = Mayhem(nursery=children, servers=breakable(fragile_postgres, fragile_rabbitmq), seed=SEED)
        async with Backend(await mayhem.begin(), timeout=10) as backend:
            async with backend.under_load():
                await mayhem.rounds(ROUNDS, rabbitmq_every=60)
                await mayhem.end()
            checker.assert_kept(backend.promises)
            await until(lambda: not checker.unfinished(backend.promises), seconds=LEASES_SECONDS)
            ring_now(fragile_database_url)
            await until(lambda: not checker.unfinished(backend.promises), seconds=DRAIN_SECONDS)

        checker.assert_all_counted(backend.promises)
    assert mayhem.killed.total() == ROUNDS
    assert min(mayhem.killed[victim] for victim in ("serve", "consume", "postgres", "rabbitmq")) > 0
    assert len(backend.promises) > ROUNDS
