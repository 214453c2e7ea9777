import asyncio
from dataclasses import dataclass, field

from application.errors import AlertNotDelivered
from application.ports.alert_channel import AlertChannel, AlertNotice
from application.ports.alerts import Alerts
from domain.alert import Alert, AlertType


@dataclass(slots=True, kw_only=True)
class RememberingAlerts(Alerts):
    raised: list[Alert] = field(default_factory=list)

    def raise_alert(self, alert: Alert) -> None:
        self.raised.append(alert)

    @property
    def types(self) -> list[AlertType]:
        return [alert.type for alert in self.raised]


@dataclass(slots=True, kw_only=True)
class RememberingChannel(AlertChannel):
    """Keeps what was sent; fails so often as it is told to, and sends only while it is open."""

    failures: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    sent: list[AlertNotice] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.open.set()

    async def send(self, notice: AlertNotice) -> None:
        self.asked += 1
        await self.open.wait()
        if self.failures:
            self.failures -= 1
            raise AlertNotDelivered("told to fail")
        self.sent.append(notice)
