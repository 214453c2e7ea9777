import time
from collections.abc import Callable
from dataclasses import dataclass, field

from application.ports.alert_suppression import WINDOW, AlertSuppression
from domain.alert import AlertComponent, AlertType

Key = tuple[AlertType, AlertComponent]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSuppression(AlertSuppression):
    """Knows of this process only; of a few hundred kinds of alerts at most."""

    monotonic: Callable[[], float] = time.monotonic
    _silent_until: dict[Key, float] = field(default_factory=dict)
    _suppressed: dict[Key, int] = field(default_factory=dict)

    async def admit(self, kind: AlertType, component: AlertComponent, *, count: int) -> int | None:
        key, now = (kind, component), self.monotonic()
        if now < self._silent_until.get(key, now):
            self._suppressed[key] = self._suppressed.get(key, 0) + count
            return None
        self._silent_until[key] = now + WINDOW.total_seconds()
        return self._suppressed.pop(key, 0)
