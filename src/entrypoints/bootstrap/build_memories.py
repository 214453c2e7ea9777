"""The memory service, as the settings say. None of it is built unless there is one."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from application.ports.alerts import Alerts
from application.ports.health import BreakerState
from application.ports.memory_extractor import MemoryExtractor
from domain.alert import AlertComponent
from entrypoints.bootstrap.limits import MEMORIES_OVER_TIME, MEMORIES_QUEUE
from entrypoints.bootstrap.settings import Settings
from infrastructure.memory_api.connection import MemoryApiConnection
from infrastructure.memory_api.extractor import MemoryApiExtractor
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.guard import Guard
from infrastructure.switched_off.analyst import NoMemories
from infrastructure.telemetry.breaker import BreakerAlarm

NAME = "memory_api"

log = structlog.get_logger("breakers")


def connection(settings: Settings) -> MemoryApiConnection | None:
    """None: there is no memory service, or it is switched off."""
    service = settings.memories
    if not service.enabled or service.url is None:
        return None
    return MemoryApiConnection(
        base_url=service.url,
        api_key=service.key.get_secret_value() if service.key else None,
        silence_limit=_limit(settings),
        concurrency=service.concurrency,
    )


def breaker(settings: Settings, connection: MemoryApiConnection | None, alerts: Alerts) -> CircuitBreaker | None:
    if connection is None:
        return None
    service = settings.memories
    cooldown = timedelta(seconds=service.breaker_seconds)
    alarm = BreakerAlarm(component=AlertComponent.MEMORY_SERVICE, alerts=alerts)
    return CircuitBreaker(threshold=service.breaker_failures, cooldown=cooldown, on_change=_telling(alarm))


def memories(
    settings: Settings, connection: MemoryApiConnection | None, breaker: CircuitBreaker | None
) -> MemoryExtractor:
    if connection is None or breaker is None:
        return NoMemories()
    limit = _limit(settings)
    guard = Guard(
        name=NAME,
        attempts=1,  # the ladder of the event is the retry
        attempt_limit=limit * MEMORIES_OVER_TIME,
        total_limit=limit * MEMORIES_QUEUE,
        breaker=breaker,
        concurrency=settings.memories.concurrency,
    )
    return MemoryApiExtractor(connection=connection, guard=guard)


def _limit(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.memories.timeout_seconds)


def _telling(alarm: BreakerAlarm) -> Callable[[BreakerState], None]:
    def told(state: BreakerState) -> None:
        tell = log.error if state is BreakerState.OPEN else log.warning
        tell("breaker changed", dependency=NAME, state=state.value)
        alarm(state)

    return told
