"""Servers that stop answering without hanging up, and go on later (SIGSTOP, SIGCONT)."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from application.errors import DependencyUnavailable
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.transaction import Transaction
from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.backend import Backend, Call
from tests.faults.checker import Checker
from tests.faults.forked import Nursery, nursery
from tests.faults.patience import until
from tests.faults.settings import BRISK
from tests.servers.breakable_rabbitmq import BreakableRabbitmq

pytestmark = pytest.mark.servers
STATEMENT_SECONDS = 2.0
BUDGET_SECONDS = STATEMENT_SECONDS * 1.1
HEALTH_SECONDS = 2.0
FROZEN_SECONDS = 6.0
RECOVERY_SECONDS = 10.0
# What a machine with more to do than it can may add to any of these.
NOISE_SECONDS = 0.5
READS = ("/v1/friendship_status/user_01", "/v1/conversations/conv_0001", "/v1/health")


@pytest.fixture
def service(directory: Path, fragile_database_url: str, fragile_rabbitmq: BreakableRabbitmq) -> Iterator[Nursery]:
    servers = {"DATABASE_URL": fragile_database_url, "RABBITMQ_URL": fragile_rabbitmq.new_vhost()}
    with nursery(directory, {**BRISK, **servers}) as children:
        yield children


async def test_calls_end_in_time_while_postgresql_is_frozen_and_all_is_well_soon_after(
    service: Nursery, fragile_postgres: PrivatePostgres, fragile_database_url: str
) -> None:
    api = await _up(service)
    checker = Checker(fragile_database_url)
    async with Backend([api]) as backend:
        async with backend.under_load(robots=2, pause=0.2), _reading(backend):
            await asyncio.sleep(2)
            fragile_postgres.pause()
            frozen_at = time.monotonic()
            await asyncio.sleep(FROZEN_SECONDS)
            fragile_postgres.resume()
            thawed_at = time.monotonic()
            await _assert_recovered(backend, checker)
            recovery = time.monotonic() - thawed_at

        assert recovery < RECOVERY_SECONDS
        _assert_in_time([call for call in backend.calls if call.at > frozen_at - BUDGET_SECONDS])
        assert any(call.status == httpx.codes.SERVICE_UNAVAILABLE for call in backend.calls)
        await until(lambda: not checker.unfinished(backend.promises), seconds=RECOVERY_SECONDS)
        checker.assert_all_counted(backend.promises)


async def test_callers_notice_nothing_of_a_frozen_rabbitmq_and_all_is_scored_soon_after(
    service: Nursery, fragile_rabbitmq: BreakableRabbitmq, fragile_database_url: str
) -> None:
    api = await _up(service)
    checker = Checker(fragile_database_url)
    async with Backend([api]) as backend:
        async with backend.under_load(robots=2, pause=0.2), _reading(backend):
            await asyncio.sleep(2)
            fragile_rabbitmq.pause()
            await asyncio.sleep(FROZEN_SECONDS)
            fragile_rabbitmq.resume()
            thawed_at = time.monotonic()
            await _assert_recovered(backend, checker)
            recovery = time.monotonic() - thawed_at

        assert recovery < RECOVERY_SECONDS
        _assert_in_time(backend.calls)
        assert all(
            call.status is not None and call.status < httpx.codes.INTERNAL_SERVER_ERROR for call in backend.calls
        )


async def test_a_statement_ends_at_its_deadline_when_the_server_is_frozen(
    fragile_postgres: PrivatePostgres, fragile_database_url: str
) -> None:
    engine = make_engine(fragile_database_url, pool_size=5, statement_timeout=timedelta(seconds=60))
    limit = timedelta(seconds=1)
    try:
        async with Transaction(engine, limit=limit) as transaction:
            await transaction.execute(text("SELECT 1"))
            fragile_postgres.pause()
            began = time.monotonic()
            with pytest.raises(DependencyUnavailable):
                await transaction.execute(text("SELECT 1"))
            took = time.monotonic() - began
        gave_back = time.monotonic() - began - took
        fragile_postgres.resume()

        assert 1.0 <= took < 1.1 + NOISE_SECONDS
        assert gave_back < NOISE_SECONDS
        async with Transaction(engine, limit=limit) as transaction:
            assert (await transaction.execute(text("SELECT 2"))).scalar_one() == 2
    finally:
        fragile_postgres.resume()
        await engine.dispose()


async def test_an_idle_connection_to_a_frozen_server_costs_one_deadline_and_not_two(
    fragile_postgres: PrivatePostgres, fragile_database_url: str
) -> None:
    engine = make_engine(fragile_database_url, pool_size=5, statement_timeout=timedelta(seconds=60))
    limit = timedelta(seconds=1)
    try:
        async with Transaction(engine, limit=limit) as transaction:
            await transaction.execute(text("SELECT 1"))
        fragile_postgres.pause()
        began = time.monotonic()
        with pytest.raises(DependencyUnavailable):
            async with Transaction(engine, limit=limit) as transaction:
                await transaction.execute(text("SELECT 1"))
        took = time.monotonic() - began

        assert 1.0 <= took < 1.1 + NOISE_SECONDS
    finally:
        fragile_postgres.resume()
        await engine.dispose()


async def test_a_commit_ends_at_its_deadline_when_the_server_is_frozen(
    fragile_postgres: PrivatePostgres, fragile_database_url: str
) -> None:
    engine = make_engine(fragile_database_url, pool_size=5, statement_timeout=timedelta(seconds=60))
    try:
        async with Transaction(engine, limit=timedelta(seconds=1)) as transaction:
            await transaction.execute(text("SELECT 1"))
            fragile_postgres.pause()
            began = time.monotonic()
            with pytest.raises(DependencyUnavailable):
                await transaction.commit()
            assert 1.0 <= time.monotonic() - began < 1.1 + NOISE_SECONDS
    finally:
        fragile_postgres.resume()
        await engine.dispose()


async def _up(service: Nursery) -> str:
    api, consumer = service.serve(), service.consume()
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    return api.url


@asynccontextmanager
async def _reading(backend: Backend) -> AsyncIterator[None]:
    """Callers of everything else, while the block lasts."""

    async def read(path: str) -> None:
        while True:
            await backend.call("GET", path)
            await asyncio.sleep(0.1)

    async def suggest() -> None:
        while True:
            await backend.call("POST", "/v1/activities/suggest", json={"user_id": "user_01"})
            await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(work) for work in (*map(read, READS), suggest())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _assert_recovered(backend: Backend, checker: Checker) -> None:
    """Posting, scoring and health, without any help."""
    [accepted] = await backend.post_new()
    assert await until(lambda: accepted not in checker.unfinished([accepted]), seconds=RECOVERY_SECONDS)
    assert await _is_healthy(backend)


async def _is_healthy(backend: Backend) -> bool:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        answer = await backend.call("GET", "/v1/health")
        if answer is not None and answer.is_success and answer.json()["status"] == "ok":
            return True
        await asyncio.sleep(0.1)
    return False


def _assert_in_time(calls: list[Call]) -> None:
    slow = [call for call in calls if call.seconds > _budget(call) + NOISE_SECONDS]
    assert slow == []


def _budget(call: Call) -> float:
    return HEALTH_SECONDS if call.path == "/v1/health" else BUDGET_SECONDS
