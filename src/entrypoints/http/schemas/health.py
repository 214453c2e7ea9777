from datetime import datetime

import msgspec

from application.use_cases.check_health import Health


class PoolData(msgspec.Struct, frozen=True, kw_only=True):
    size: int
    checked_out: int
    overflow: int
    usage: float


class EventsData(msgspec.Struct, frozen=True, kw_only=True):
    due: int
    oldest_due_seconds: float
    permanently_failed: int


class HealthData(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    timestamp: datetime
    database: str
    cache: str
    queue: str
    version: str
    environment: str
    pool: PoolData
    events: EventsData | None
    breakers: dict[str, str]


def shown(health: Health, *, version: str, environment: str) -> HealthData:
    pool, backlog = health.pool, health.backlog
    return HealthData(
        status=health.status,
        timestamp=health.checked_at,
        database="connected" if backlog else "disconnected",
        cache="not_configured",
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
        breakers={name: state.value for name, state in health.breakers.items()},
    )
