import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.conversation_events import Backlog
from application.ports.health import (
    BreakerState,
    CacheProbe,
    CacheState,
    DatabaseProbe,
    PoolUse,
    QueueProbe,
    QueueState,
)
from application.use_cases.check_health import CheckHealth
from domain.event_status import EventStatus
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_process_queue.probe import EmbeddedQueueProbe
from infrastructure.resilience.breaker_board import BreakerBoard
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.switched_off.cache import NoCache

BACKLOG = Backlog(due=3, oldest_due_seconds=1.5, permanently_failed=0)
POOL = PoolUse(size=10, checked_out=4, overflow=0)
NO_CACHE = NoCache()
GUARD_SECONDS = 10
A_MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Database(DatabaseProbe):
    answer: Backlog | Exception = BACKLOG

    async def backlog(self) -> Backlog:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def open_events(self) -> Mapping[EventStatus, int]:
        return {}

    def pool(self) -> PoolUse:
        return POOL


@dataclass(slots=True, kw_only=True)
class HangingDatabase(Database):
    """Deaf to a cancellation, too, until it is let go; then it fails."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def backlog(self) -> Backlog:
        while not self.let_go.is_set():
            with suppress(asyncio.CancelledError):
                await self.let_go.wait()
        raise DependencyUnavailable("too late to tell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(QueueProbe):
    answer: QueueState = QueueState.CONNECTED

    async def state(self) -> QueueState:
        return self.answer


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingQueue(QueueProbe):
    async def state(self) -> QueueState:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache(CacheProbe):
    answer: CacheState = CacheState.CONNECTED

    async def state(self) -> CacheState:
        return self.answer


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingCache(CacheProbe):
    async def state(self) -> CacheState:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


class MeetingProbe(DatabaseProbe, QueueProbe):
    """Answers when both questions were asked."""

    def __init__(self) -> None:
        self._both = asyncio.Barrier(2)

    async def backlog(self) -> Backlog:
        await self._both.wait()
        return BACKLOG

    async def state(self) -> QueueState:
        await self._both.wait()
        return QueueState.CONNECTED

    async def open_events(self) -> Mapping[EventStatus, int]:
        return {}

    def pool(self) -> PoolUse:
        return POOL


def _checking(
    database: DatabaseProbe,
    queue: QueueProbe,
    *,
    cache: CacheProbe = NO_CACHE,
    limit: timedelta = timedelta(seconds=5),
    breakers: Mapping[str, CircuitBreaker | None] | None = None,
) -> CheckHealth:
    board = BreakerBoard(breakers=breakers or {})
    return CheckHealth(database=database, queue=queue, cache=cache, breakers=board, clock=FakeClock(), limit=limit)


@pytest.mark.parametrize("queue", [Queue(), EmbeddedQueueProbe()], ids=["connected", "embedded"])
async def test_all_is_well_when_database_and_queue_answer(queue: QueueProbe) -> None:
    health = await _checking(Database(), queue)()

    assert (health.status, health.backlog, health.pool) == ("ok", BACKLOG, POOL)
    assert health.checked_at == FakeClock().now()


async def test_without_the_queue_it_is_degraded() -> None:
    health = await _checking(Database(), Queue(answer=QueueState.DISCONNECTED))()

    assert (health.status, health.backlog) == ("degraded", BACKLOG)


@pytest.mark.parametrize(
    ("cache", "status", "told"),
    [
        (NO_CACHE, "ok", "not_configured"),
        (Cache(), "ok", "connected"),
        (Cache(answer=CacheState.DISCONNECTED), "degraded", "disconnected"),
        (HangingCache(), "degraded", "disconnected"),
    ],
    ids=["none", "answers", "away", "hangs"],
)
async def test_a_cache_that_was_asked_for_and_is_away_degrades(cache: CacheProbe, status: str, told: str) -> None:
    async with asyncio.timeout(GUARD_SECONDS):
        health = await _checking(Database(), Queue(), cache=cache, limit=timedelta(milliseconds=50))()

    assert (health.status, health.cache) == (status, told)


async def test_with_an_open_breaker_it_is_degraded_and_says_which() -> None:
    groq, memories = CircuitBreaker(threshold=1, cooldown=A_MINUTE), CircuitBreaker(threshold=1, cooldown=A_MINUTE)
    with suppress(ZeroDivisionError), groq.guard():
        raise ZeroDivisionError
    breakers = {"groq": groq, "memory_api": memories, "not configured": None}

    health = await _checking(Database(), Queue(), breakers=breakers)()

    assert health.status == "degraded"
    assert health.breakers == {"groq": BreakerState.OPEN, "memory_api": BreakerState.CLOSED}


async def test_without_the_database_it_is_down() -> None:
    health = await _checking(Database(answer=DependencyUnavailable("away")), Queue())()

    assert (health.status, health.backlog, health.queue) == ("down", None, QueueState.CONNECTED)


async def test_a_queue_that_hangs_is_a_queue_that_is_away() -> None:
    async with asyncio.timeout(GUARD_SECONDS):
        health = await _checking(Database(), HangingQueue(), limit=timedelta(milliseconds=20))()

    assert (health.status, health.queue) == ("degraded", QueueState.DISCONNECTED)


async def test_it_answers_within_its_limit_even_when_the_database_cannot_be_interrupted() -> None:
    database = HangingDatabase()

    async with asyncio.timeout(GUARD_SECONDS):
        health = await _checking(database, HangingQueue(), limit=timedelta(milliseconds=20))()

    assert (health.status, health.backlog) == ("down", None)
    database.let_go.set()


async def test_database_and_queue_are_asked_at_once() -> None:
    both = MeetingProbe()

    async with asyncio.timeout(GUARD_SECONDS):
        health = await _checking(both, both)()

    assert health.status == "ok"


async def test_a_bug_in_a_probe_is_not_taken_for_bad_health() -> None:
    with pytest.raises(ZeroDivisionError):
        await _checking(Database(answer=ZeroDivisionError()), Queue())()


@pytest.mark.parametrize(("size", "checked_out", "usage"), [(10, 4, 0.4), (10, 15, 1.5), (0, 0, 0.0)])
def test_the_usage_of_a_pool_is_the_share_in_use(size: int, checked_out: int, usage: float) -> None:
    assert PoolUse(size=size, checked_out=checked_out, overflow=0).usage == usage
