"""What people are told of without asking: which alerts there are, how urgent each is, and what helps."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ConversationId


class AlertLevel(StrEnum):
    CRITICAL = "CRITICAL"
    """Told always, whatever else is told."""
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    """Told once an hour, with everything else that can wait."""
    INFO = "INFO"

    @property
    def rank(self) -> int:
        """0 is the most urgent. What can wait an hour comes last."""
        order = (AlertLevel.CRITICAL, AlertLevel.HIGH, AlertLevel.MEDIUM, AlertLevel.INFO, AlertLevel.LOW)
        return order.index(self)


class AlertType(StrEnum):
    """Each has a page `docs/runbooks/<type>.md`."""

    POSTGRES_POOL_EXHAUSTED = "POSTGRES_POOL_EXHAUSTED"
    POSTGRES_UNAVAILABLE = "POSTGRES_UNAVAILABLE"
    POSTGRES_QUERY_TIMEOUT = "POSTGRES_QUERY_TIMEOUT"
    SLOW_DATABASE_QUERY = "SLOW_DATABASE_QUERY"
    QUEUE_UNAVAILABLE = "QUEUE_UNAVAILABLE"
    QUEUE_BACKLOG = "QUEUE_BACKLOG"
    LLM_TIMEOUT = "LLM_TIMEOUT"
    LLM_RATE_LIMIT = "LLM_RATE_LIMIT"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    ANALYSIS_DEGRADED = "ANALYSIS_DEGRADED"
    EXTERNAL_API_TIMEOUT = "EXTERNAL_API_TIMEOUT"
    POISON_MESSAGE = "POISON_MESSAGE"
    PERMANENTLY_FAILED = "PERMANENTLY_FAILED"
    SLOW_REQUEST = "SLOW_REQUEST"
    SYSTEM_ERROR = "SYSTEM_ERROR"
    TEST_ALERT = "TEST_ALERT"


class AlertComponent(StrEnum):
    """Where it happened. Few and fixed, so that there are only so many kinds of alert to tell."""

    HTTP = "http"
    CONSUMER = "consumer"
    BACKGROUND = "background"
    DATABASE = "database"
    BROKER = "broker"
    EVENTS = "events"
    LLM = "llm"
    MEMORY_SERVICE = "memory service"
    QUESTIONS = "questions"
    EMOTION = "emotion"
    MEMORIES = "memories"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    levels: frozenset[AlertLevel]
    remedy: str
    """The first thing to do, in a sentence; the runbook says the rest."""


def _rule(remedy: str, *levels: AlertLevel) -> AlertRule:
    return AlertRule(levels=frozenset(levels), remedy=remedy)


RULES: Mapping[AlertType, AlertRule] = {
    AlertType.POSTGRES_POOL_EXHAUSTED: _rule(
        "See what holds the connections; add processes only if the server has room for theirs.",
        AlertLevel.CRITICAL,
        AlertLevel.HIGH,
    ),
    AlertType.POSTGRES_UNAVAILABLE: _rule("See whether PostgreSQL runs and can be reached.", AlertLevel.CRITICAL),
    AlertType.POSTGRES_QUERY_TIMEOUT: _rule("See what blocks or slows the database.", AlertLevel.MEDIUM),
    AlertType.SLOW_DATABASE_QUERY: _rule("Look at the load of the database when you have time.", AlertLevel.LOW),
    AlertType.QUEUE_UNAVAILABLE: _rule("See whether RabbitMQ runs and can be reached.", AlertLevel.HIGH),
    AlertType.QUEUE_BACKLOG: _rule("See whether consumers run and what they wait for; add some.", AlertLevel.HIGH),
    AlertType.LLM_TIMEOUT: _rule("See whether the LLM answers; scores are healed later.", AlertLevel.HIGH),
    AlertType.LLM_RATE_LIMIT: _rule("Compare the load with the organisation's limits.", AlertLevel.HIGH),
    AlertType.CIRCUIT_OPEN: _rule(
        "See whether the service behind it answers; it is asked again by itself.", AlertLevel.CRITICAL, AlertLevel.INFO
    ),
    AlertType.ANALYSIS_DEGRADED: _rule("Nothing now: what is missing is asked for again later.", AlertLevel.LOW),
    AlertType.EXTERNAL_API_TIMEOUT: _rule("See whether the memory service answers.", AlertLevel.HIGH),
    AlertType.POISON_MESSAGE: _rule("Look at the message in the dead-letter queue.", AlertLevel.HIGH),
    AlertType.PERMANENTLY_FAILED: _rule("See why, remedy it, and retry the events.", AlertLevel.CRITICAL),
    AlertType.SLOW_REQUEST: _rule("See what the request waited for.", AlertLevel.MEDIUM),
    AlertType.SYSTEM_ERROR: _rule("Find the traceback in the log: this is a bug.", AlertLevel.CRITICAL),
    AlertType.TEST_ALERT: _rule("Nothing: somebody tries whether alerts arrive.", AlertLevel.INFO),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``what`` happened, in our own words and numbers: never what a child said, never a secret."""

    type: AlertType
    level: AlertLevel
    component: AlertComponent
    what: str
    conversation_id: ConversationId | None = None

    def __post_init__(self) -> None:
        if self.level not in RULES[self.type].levels:
            raise ValueError(f"{self.type} is never {self.level}")

    @property
    def remedy(self) -> str:
        return RULES[self.type].remedy

    @property
    def runbook(self) -> str:
        """Its path in the repository."""
        return f"docs/runbooks/{self.type}.md"
