from dataclasses import dataclass

import structlog

from application.errors import DependencyUnavailable, PoolExhausted, QueryTimedOut
from application.ports.alerts import Alerts
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType

log = structlog.get_logger("database")
SLOW_SECONDS = 5.0
# Of a statement; enough to find it.
MOST_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAlarm:
    """Tells people when the database does not answer, or takes its time."""

    alerts: Alerts

    def failed(self, error: DependencyUnavailable) -> None:
        kind, level = _kind_of(error)
        self._raise(kind, level, f"{str(error).capitalize()}.")

    def ran(self, seconds: float, statement: object, *, answered: bool) -> None:
        if seconds <= SLOW_SECONDS:
            return
        text = " ".join(str(statement).split())[:MOST_CHARACTERS]
        log.warning("slow query", seconds=round(seconds, 3), answered=answered, statement=text)
        if answered:  # people are told of a failure as such
            self._raise(AlertType.SLOW_DATABASE_QUERY, AlertLevel.LOW, f"A statement took {seconds:.1f} s.")

    def _raise(self, kind: AlertType, level: AlertLevel, what: str) -> None:
        self.alerts.raise_alert(Alert(type=kind, level=level, component=AlertComponent.DATABASE, what=what))


def _kind_of(error: DependencyUnavailable) -> tuple[AlertType, AlertLevel]:
    match error:
        case PoolExhausted():
            return AlertType.POSTGRES_POOL_EXHAUSTED, AlertLevel.CRITICAL
        case QueryTimedOut():
            return AlertType.POSTGRES_QUERY_TIMEOUT, AlertLevel.MEDIUM
        case _:
            return AlertType.POSTGRES_UNAVAILABLE, AlertLevel.CRITICAL
