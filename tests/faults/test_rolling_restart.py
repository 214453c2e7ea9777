"""The program itself, restarted piece by piece while conversations are posted."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.end_to_end.program import Program, Running, program
from tests.faults.backend import KEY, Backend
from tests.faults.checker import Checker
from tests.faults.patience import until
from tests.faults.settings import BRISK
from tests.servers.databases import for_libpq

pytestmark = pytest.mark.servers
STOP_SECONDS = 30.0
# As in production: nothing that is handed back or abandoned may be hidden by a short lease.
UNHURRIED = {**BRISK, "LEASE_SECONDS": "60"}


@pytest.fixture
def installed(directory: Path, database_url: str, rabbitmq_url: str) -> Iterator[Program]:
    servers = {"DATABASE_URL": database_url, "RABBITMQ_URL": rabbitmq_url, "SECRET_KEY": KEY}
    with program(directory, **UNHURRIED, **servers) as started:
        yield started


async def test_a_rolling_restart_under_load_loses_no_request_and_costs_no_attempt(
    installed: Program, checker: Checker
) -> None:
    services = [await asyncio.to_thread(installed.serve) for _ in range(2)]
    consumers = [installed.consume() for _ in range(2)]
    async with Backend([service.url for service in services]) as backend:
        async with backend.under_load(robots=3, pause=0.05):
            await asyncio.sleep(1)
            for service in services:
                await _stopped_in_time(service)
                await asyncio.to_thread(installed.serve, port=service.port)
            for consumer in consumers:
                await _stopped_in_time(consumer)
                again = installed.consume()
                await asyncio.to_thread(again.wait_for, "subscribed")
            await asyncio.sleep(1)
        assert await until(lambda: not checker.unfinished(backend.promises), seconds=120)

    checker.assert_all_counted(backend.promises)
    answered = {call.status for call in backend.calls}
    # None: refused, or an idle connection that was closed under the request's feet; it was sent again elsewhere.
    assert answered <= {202, 503, None}
    assert _most_attempts(checker) == 1


async def _stopped_in_time(process: Running) -> None:
    began = time.monotonic()
    assert await asyncio.to_thread(process.stop) == 0
    assert time.monotonic() - began < STOP_SECONDS


def _most_attempts(checker: Checker) -> int:
    with psycopg.connect(for_libpq(checker.database_url), connect_timeout=10) as connection:
        found = connection.execute("SELECT max(attempt_count) FROM conversation_events").fetchone()
    return int(found[0]) if found else 0
