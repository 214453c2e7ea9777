from dataclasses import dataclass

from application.ports.alerts import Alerts
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisonAlarm:
    """What is called when a message is put away."""

    alerts: Alerts

    def __call__(self, reason: str) -> None:
        self.alerts.raise_alert(
            Alert(
                type=AlertType.POISON_MESSAGE,
                level=AlertLevel.HIGH,
                component=AlertComponent.CONSUMER,
                what=f"A message went to the dead-letter queue: {reason}.",
            )
        )
