import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from application.errors import DependencyUnavailable
from application.ports.call_limits import CallLimit, CallLimits, CallVerdict
from application.ports.health import BreakerState
from infrastructure.resilience.circuit_breaker import CircuitBreaker, CircuitOpen

log = structlog.get_logger("limits")
# Of a request that takes a few milliseconds; more is not worth knowing what others counted.
PATIENCE = timedelta(milliseconds=50)
COOLDOWN = timedelta(seconds=10)
FAILURES = 3


def _told(state: BreakerState) -> None:
    log.warning("shared rate limits", breaker=state.value)


def _breaker() -> CircuitBreaker:
    return CircuitBreaker(threshold=FAILURES, cooldown=COOLDOWN, on_change=_told)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimitsWithFallback(CallLimits):
    """Asks what all replicas share; while that is away, what this process knows. Never unavailable itself.

    Each replica then allows the whole limit. A few requests wait for ``patience``, and those after them not at all.
    """

    shared: CallLimits
    own: CallLimits
    patience: timedelta = PATIENCE
    breaker: CircuitBreaker = field(default_factory=_breaker)

    async def spend(self, caller: str, limit: CallLimit) -> CallVerdict:
        try:
            with self.breaker.guard():
                async with asyncio.timeout(self.patience.total_seconds()):
                    return await self.shared.spend(caller, limit)
        except (TimeoutError, DependencyUnavailable, CircuitOpen):
            return await self.own.spend(caller, limit)
