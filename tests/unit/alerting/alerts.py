"""Alerts to raise in tests."""

from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from domain.identifiers import ConversationId

LEVELS = {
    AlertLevel.CRITICAL: AlertType.PERMANENTLY_FAILED,
    AlertLevel.HIGH: AlertType.LLM_TIMEOUT,
    AlertLevel.MEDIUM: AlertType.SLOW_REQUEST,
    AlertLevel.LOW: AlertType.ANALYSIS_DEGRADED,
    AlertLevel.INFO: AlertType.CIRCUIT_OPEN,
}


def an_alert(
    level: AlertLevel = AlertLevel.HIGH,
    *,
    component: AlertComponent = AlertComponent.LLM,
    conversation: str | None = None,
    what: str = "It happened.",
) -> Alert:
    return Alert(
        type=LEVELS[level],
        level=level,
        component=component,
        what=what,
        conversation_id=ConversationId(conversation) if conversation else None,
    )
