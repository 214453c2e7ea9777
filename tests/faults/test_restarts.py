"""Everything is stopped and started again in some order, under load; a part may be up long before what it needs."""

import asyncio
from pathlib import Path

import pytest

from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.due import ring_now
from tests.faults.forked import Nursery, nursery
from tests.faults.patience import until
from tests.faults.settings import BRISK
from tests.servers.breakable_rabbitmq import BreakableRabbitmq

pytestmark = pytest.mark.servers
# Each part is first once, last once, and before and after each of the others.
ORDERS = (
    ("postgres", "rabbitmq", "serve", "consume"),
    ("serve", "consume", "rabbitmq", "postgres"),
    ("consume", "postgres", "serve", "rabbitmq"),
    ("rabbitmq", "serve", "postgres", "consume"),
)
BETWEEN_SECONDS = 0.5
# A quorum queue that is declared shortly before its broker stops may not survive.
SETTLED_SECONDS = 3.0
DRAIN_SECONDS = 60.0


class Parts:
    """What can be stopped and started, by name."""

    def __init__(self, children: Nursery, postgres: PrivatePostgres, rabbitmq: BreakableRabbitmq) -> None:
        self._children = children
        self._servers: dict[str, PrivatePostgres | BreakableRabbitmq] = {"postgres": postgres, "rabbitmq": rabbitmq}
        self.processes = {"serve": children.serve(), "consume": children.consume()}

    def stop(self, part: str) -> None:
        if part in self._servers:
            self._servers[part].stop()
        else:
            assert self.processes[part].stop() == 0

    def start(self, part: str) -> None:
        if part in self._servers:
            self._servers[part].start()
        elif part == "serve":
            self.processes[part] = self._children.serve(port=self.processes[part].port)
        else:
            self.processes[part] = self._children.consume()


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_parts_may_stop_and_start_in_any_order(
    directory: Path,
    fragile_database_url: str,
    fragile_postgres: PrivatePostgres,
    fragile_rabbitmq: BreakableRabbitmq,
    order: tuple[str, ...],
) -> None:
    settings = {**BRISK, "DATABASE_URL": fragile_database_url, "RABBITMQ_URL": fragile_rabbitmq.new_vhost()}
    checker = Checker(fragile_database_url)
    with nursery(directory, settings) as children:
        parts = Parts(children, fragile_postgres, fragile_rabbitmq)
        for process in parts.processes.values():
            await asyncio.to_thread(process.wait_until_up)
        async with Backend([parts.processes["serve"].url]) as backend:
            async with backend.under_load(robots=2, pause=0.1):
                await asyncio.sleep(SETTLED_SECONDS)
                for act in (parts.stop, parts.start):
                    for part in order:
                        await asyncio.to_thread(act, part)
                        await asyncio.sleep(BETWEEN_SECONDS)
            checker.assert_kept(backend.promises)
            ring_now(fragile_database_url)
            assert await until(lambda: not checker.unfinished(backend.promises), seconds=DRAIN_SECONDS)
        checker.assert_all_counted(backend.promises)
