"""A real database in trouble, and what people are told of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.errors import DependencyUnavailable, PoolExhausted, QueryTimedOut
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.transaction import Transaction
from infrastructure.postgres.watch import DatabaseWatch, watched
from infrastructure.telemetry.database import DatabaseAlarm

LIMIT = timedelta(seconds=20)
NOBODY_THERE = "postgresql+psycopg://nobody:hunter2@127.0.0.1:1/nothing"
SECRET = "hunter2"


class Stopwatch(DatabaseWatch):
    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.statements: list[tuple[str, bool]] = []

    def failed(self, error: DependencyUnavailable) -> None:
        raise AssertionError(error)

    def ran(self, seconds: float, statement: object, *, answered: bool) -> None:
        self.seconds.append(seconds)
        self.statements.append((str(statement), answered))


@asynccontextmanager
async def _engine(url: str, alerts: RememberingAlerts, *, statement: float = 10.0) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=timedelta(seconds=0.2),
        statement_timeout=timedelta(seconds=statement),
    )
    yield watched(engine, DatabaseAlarm(alerts=alerts))
    await engine.dispose()


async def test_a_pool_without_a_free_connection_is_told(database_url: str) -> None:
    alerts = RememberingAlerts()
    async with _engine(database_url, alerts) as engine, Transaction(engine, limit=LIMIT):
        with pytest.raises(PoolExhausted):
            async with Transaction(engine, limit=LIMIT):
                pass

    assert [(alert.type, alert.level) for alert in alerts.raised] == [("POSTGRES_POOL_EXHAUSTED", "CRITICAL")]


async def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    alerts = RememberingAlerts()
    async with _engine(NOBODY_THERE, alerts) as engine:
        with pytest.raises(DependencyUnavailable):
            async with Transaction(engine, limit=LIMIT):
                pass

    [alert] = alerts.raised
    assert (alert.type, alert.level) == ("POSTGRES_UNAVAILABLE", "CRITICAL")
    assert SECRET not in alert.what


async def test_a_statement_that_the_server_ended_is_told(database_url: str) -> None:
    alerts = RememberingAlerts()
    async with _engine(database_url, alerts, statement=0.2) as engine:
        with pytest.raises(QueryTimedOut):
            async with Transaction(engine, limit=LIMIT) as transaction:
                await transaction.execute(text("SELECT pg_sleep(10)"))

    assert [(alert.type, alert.level) for alert in alerts.raised] == [("POSTGRES_QUERY_TIMEOUT", "MEDIUM")]


async def test_a_statement_that_waited_too_long_for_a_lock_is_told(database_url: str) -> None:
    alerts = RememberingAlerts()
    lock = text("LOCK TABLE friendships IN ACCESS EXCLUSIVE MODE")
    async with _engine(database_url, RememberingAlerts()) as holder, Transaction(holder, limit=LIMIT) as holding:
        await holding.execute(lock)
        async with _engine(database_url, alerts, statement=0.2) as engine:
            with pytest.raises(QueryTimedOut):
                async with Transaction(engine, limit=LIMIT) as transaction:
                    await transaction.execute(lock)

    assert alerts.types == ["POSTGRES_QUERY_TIMEOUT"]


async def test_what_a_statement_took_is_told_and_an_autocommitting_engine_tells_it_too(database_url: str) -> None:
    stopwatch = Stopwatch()
    engine = make_engine(database_url)
    autocommitting = watched(engine, stopwatch).execution_options(isolation_level="AUTOCOMMIT")

    async with asyncio.timeout(20), Transaction(autocommitting, limit=LIMIT) as transaction:
        await transaction.execute(text("SELECT pg_sleep(:a_secret)"), {"a_secret": 0.2})

    assert stopwatch.statements == [("SELECT pg_sleep(:a_secret)", True)]
    assert [seconds >= 0.2 for seconds in stopwatch.seconds] == [True]
    await engine.dispose()
