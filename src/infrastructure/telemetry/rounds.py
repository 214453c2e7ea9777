import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from application.errors import DependencyUnavailable
from application.ports.alerts import Alerts
from application.ports.health import DatabaseProbe
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType

POOL_SHARE = 0.8
MOST_DUE = 1000


class Check(Protocol):
    async def __call__(self) -> Alert | None:
        """What people must know of now, if anything. May raise DependencyUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCheck(Check):
    probe: DatabaseProbe
    capacity: int
    """Connections the process may open, the overflow included."""

    async def __call__(self) -> Alert | None:
        in_use = self.probe.pool().checked_out
        if in_use <= POOL_SHARE * self.capacity:
            return None
        return Alert(
            type=AlertType.POSTGRES_POOL_EXHAUSTED,
            level=AlertLevel.HIGH,
            component=AlertComponent.DATABASE,
            what=f"{in_use} of {self.capacity} database connections are in use.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogCheck(Check):
    probe: DatabaseProbe

    async def __call__(self) -> Alert | None:
        due = (await self.probe.backlog()).due
        return _backlog(AlertComponent.EVENTS, f"{due} events are due.") if due > MOST_DUE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightCheck(Check):
    in_use_bytes: Callable[[], int]
    capacity_bytes: int
    threshold: float
    """A share of the capacity."""

    async def __call__(self) -> Alert | None:
        in_use = self.in_use_bytes()
        if in_use < self.threshold * self.capacity_bytes:
            return None
        share = in_use / self.capacity_bytes
        return _backlog(AlertComponent.CONSUMER, f"{share:.0%} of the memory for conversations is in use.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Checks again and again. What a check cannot ask is told by whoever else asks for it."""

    checks: tuple[Check, ...]
    alerts: Alerts
    every_seconds: float

    async def run(self) -> None:
        while True:
            await self.check()
            await asyncio.sleep(self.every_seconds)

    async def check(self) -> None:
        for check in self.checks:
            try:
                alert = await check()
            except DependencyUnavailable:
                continue
            if alert is not None:
                self.alerts.raise_alert(alert)


def _backlog(component: AlertComponent, what: str) -> Alert:
    return Alert(type=AlertType.QUEUE_BACKLOG, level=AlertLevel.HIGH, component=component, what=what)
