from collections.abc import Mapping
from dataclasses import dataclass

from application.ports.health import BreakerState, BreakerStates
from infrastructure.resilience.circuit_breaker import CircuitBreaker


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerBoard(BreakerStates):
    """The breakers of this process. None: the dependency is not configured."""

    breakers: Mapping[str, CircuitBreaker | None]

    def now(self) -> Mapping[str, BreakerState]:
        return {name: breaker.state for name, breaker in self.breakers.items() if breaker is not None}
