from datetime import datetime
from typing import Literal

import msgspec

from application.ports.health import BreakerState, CacheState, QueueState
from application.use_cases.check_health import Health
from entrypoints.http.schemas.numbers import Count


class PoolData(msgspec.Struct, frozen=True, kw_only=True):
    size: Count
    checked_out: Count
    overflow: Count
    usage: float


class EventsData(msgspec.Struct, frozen=True, kw_only=True):
    due: Count
    oldest_due_seconds: float
    permanently_failed: Count


class HealthData(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok", "degraded", "down"]
    timestamp: datetime
    database: Literal["connected", "disconnected"]
    cache: CacheState
    queue: QueueState
    version: str
    environment: str
    pool: PoolData
    events: EventsData | None
    breakers: dict[str, BreakerState]


def shown(health: Health, *, version: str, environment: str) -> HealthData:
    pool, backlog = health.pool, health.backlog
    return HealthData(
        status=health.status,
        timestamp=health.checked_at,
        database="connected" if backlog else "disconnected",
        cache=health.cache,
        queue=health.queue,
        version=version,
        environment=environment,
        pool=PoolData(size=pool.size, checked_out=pool.checked_out, overflow=pool.overflow, usage=round(pool.usage, 3)),
        events=EventsData(
            due=backlog.due,
            oldest_due_seconds=round(backlog.oldest_due_seconds, 1),
            permanently_failed=backlog.permanently_failed,
        )
        if backlog
        else None,
        breakers=dict(health.breakers),
    )
