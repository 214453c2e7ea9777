import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from application.errors import DependencyUnavailable
from application.ports.alert_suppression import AlertSuppression
from domain.alert import AlertComponent, AlertType

log = structlog.get_logger("alerts")
PAUSE = timedelta(seconds=30)


@dataclass(slots=True, kw_only=True)
class SuppressionWithFallback(AlertSuppression):
    """Asks what all replicas share; while that is away, what this process knows. Never unavailable itself.

    After a failure the shared one is left alone for ``pause``. At each change an alert may be told once more.
    """

    shared: AlertSuppression
    own: AlertSuppression
    pause: timedelta = PAUSE
    monotonic: Callable[[], float] = time.monotonic
    _ask_again_at: float = float("-inf")

    async def admit(self, kind: AlertType, component: AlertComponent, *, count: int) -> int | None:
        if self.monotonic() >= self._ask_again_at:
            try:
                return await self.shared.admit(kind, component, count=count)
            except DependencyUnavailable as error:
                self._ask_again_at = self.monotonic() + self.pause.total_seconds()
                log.warning("alerts are suppressed per process", reason=str(error))
        return await self.own.admit(kind, component, count=count)
