from dataclasses import dataclass

from application.ports.alerts import Alerts
from application.ports.health import BreakerState
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerAlarm:
    """What a breaker calls when it changes."""

    component: AlertComponent
    alerts: Alerts

    def __call__(self, state: BreakerState) -> None:
        match state:
            case BreakerState.OPEN:
                self._raise(AlertLevel.CRITICAL, f"The {self.component} failed too often; it is left alone a while.")
            case BreakerState.CLOSED:
                self._raise(AlertLevel.INFO, f"The {self.component} answers again.")
            case BreakerState.HALF_OPEN:
                pass

    def _raise(self, level: AlertLevel, what: str) -> None:
        self.alerts.raise_alert(Alert(type=AlertType.CIRCUIT_OPEN, level=level, component=self.component, what=what))
