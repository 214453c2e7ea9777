from dataclasses import dataclass

import structlog

from application.ports.alert_channel import AlertChannel, AlertGroup, AlertNotice
from domain.alert import AlertLevel

log = structlog.get_logger("alerts")
METHODS = {
    AlertLevel.CRITICAL: "critical",
    AlertLevel.HIGH: "error",
    AlertLevel.MEDIUM: "warning",
    AlertLevel.LOW: "warning",
    AlertLevel.INFO: "info",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAlerts(AlertChannel):
    """Tells nobody but the log: one structured line a group."""

    async def send(self, notice: AlertNotice) -> None:
        for group in notice.groups:
            log_group(group, lost=notice.lost)


def log_group(group: AlertGroup, *, lost: int = 0) -> None:
    alert = group.alert
    facts: dict[str, object] = {
        "type": alert.type.value,
        "alert_level": alert.level.value,
        "component": alert.component.value,
        "what": alert.what,
        "what_to_do": alert.remedy,
        "runbook": alert.runbook,
        "count": group.count,
        "suppressed": group.suppressed,
        "conversation_ids": list(group.conversation_ids),
        "lost": lost,
    }
    getattr(log, METHODS[alert.level])("alert", **facts)
