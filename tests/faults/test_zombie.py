"""A worker that is stopped for longer than its lease, in the middle of its work, and then goes on."""

import asyncio
import signal
from typing import Any

import psycopg
import pytest

from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.doom import Doom
from tests.faults.forked import Nursery
from tests.faults.patience import until
from tests.servers.databases import for_libpq

pytestmark = pytest.mark.servers
THINKING = Doom(thinks=1.0)


async def test_a_zombie_commits_nothing(brisk: Nursery, checker: Checker) -> None:
    service, zombie = brisk.serve(), brisk.consume(doom=THINKING)
    await asyncio.to_thread(service.wait_until_up)
    await asyncio.to_thread(zombie.wait_until_up)
    async with Backend([service.url]) as backend:
        await backend.post_new(3)
        assert await until(lambda: len(_attempts(checker, "ended_at IS NULL")) == 3)
        zombie.send(signal.SIGSTOP)
        brisk.consume()
        assert await until(lambda: not checker.unfinished(backend.promises))
        settled = _everything(checker)

        zombie.send(signal.SIGCONT)
        assert await until(lambda: zombie.output().count('"lease_lost"') == 3)

    assert _everything(checker) == settled
    checker.assert_all_counted(backend.promises)
    assert sorted(outcome for *_, outcome in _attempts(checker)) == ["LEASE_EXPIRED"] * 3 + ["PROCESSED"] * 3
    assert len({worker for worker, _ in _attempts(checker)}) == 2
    assert zombie.stop() == 0


def _attempts(checker: Checker, condition: str = "TRUE") -> list[tuple[Any, ...]]:
    return _asked(checker, f"SELECT worker, outcome FROM attempts WHERE {condition}")  # noqa: S608


def _everything(checker: Checker) -> list[list[tuple[Any, ...]]]:
    tables = ("conversation_events", "attempts", "score_ledger", "friendships", "topic_metrics")
    return [sorted(_asked(checker, f"SELECT t::text FROM {table} AS t")) for table in tables]  # noqa: S608


def _asked(checker: Checker, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(for_libpq(checker.database_url), connect_timeout=10) as connection:
        return connection.execute(query.encode()).fetchall()
