import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from application.errors import DependencyUnavailable
from application.ports.clock import Clock
from application.ports.conversation_events import Backlog
from application.ports.health import (
    BreakerState,
    BreakerStates,
    CacheProbe,
    CacheState,
    DatabaseProbe,
    PoolUse,
    QueueProbe,
    QueueState,
)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    checked_at: datetime
    pool: PoolUse
    queue: QueueState
    cache: CacheState
    backlog: Backlog | None
    """None: the database did not answer."""
    breakers: Mapping[str, BreakerState]

    @property
    def status(self) -> Literal["ok", "degraded", "down"]:
        if self.backlog is None:
            return "down"
        tripped = any(state is not BreakerState.CLOSED for state in self.breakers.values())
        away = self.queue is QueueState.DISCONNECTED or self.cache is CacheState.DISCONNECTED
        return "degraded" if tripped or away else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHealth:
    """Asks everything at once and answers within ``limit``, whatever hangs. Safe to repeat."""

    database: DatabaseProbe
    queue: QueueProbe
    cache: CacheProbe
    breakers: BreakerStates
    clock: Clock
    limit: timedelta

    async def __call__(self) -> Health:
        backlog, queue, cache = await asyncio.gather(self._backlog(), self._queue(), self._cache())
        return Health(
            checked_at=self.clock.now(),
            pool=self.database.pool(),
            queue=queue,
            cache=cache,
            backlog=backlog,
            breakers=self.breakers.now(),
        )

    async def _backlog(self) -> Backlog | None:
        try:
            return await _within(self.limit, asyncio.create_task(self.database.backlog()))
        except (TimeoutError, DependencyUnavailable):
            return None

    async def _queue(self) -> QueueState:
        try:
            return await _within(self.limit, asyncio.create_task(self.queue.state()))
        except TimeoutError:
            return QueueState.DISCONNECTED

    async def _cache(self) -> CacheState:
        try:
            return await _within(self.limit, asyncio.create_task(self.cache.state()))
        except TimeoutError:
            return CacheState.DISCONNECTED


async def _within(limit: timedelta, task: asyncio.Task[Answer]) -> Answer:
    """Does not wait for a cancelled task to unwind: a driver may take seconds for that."""
    done, _ = await asyncio.wait({task}, timeout=limit.total_seconds())
    if not done:
        task.cancel()
        # Whatever it still raises has been answered already.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise TimeoutError
    return task.result()
