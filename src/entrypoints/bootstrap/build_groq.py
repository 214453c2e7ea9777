"""The language model, as the settings say. None of it is built unless it is chosen."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from application.ports.alerts import Alerts
from application.ports.health import BreakerState
from domain.alert import AlertComponent
from entrypoints.bootstrap.limits import GROQ_AT_ONCE, GROQ_ATTEMPTS, GROQ_COOLDOWN, GROQ_FAILURES
from entrypoints.bootstrap.settings import Settings
from infrastructure.groq.analyst import GroqConversationAnalyst
from infrastructure.groq.connection import GroqConnection
from infrastructure.groq.model import GroqModel
from infrastructure.groq.tracing import ChatTracing
from infrastructure.groq.usage import RecordUsage, TokenUsage, log_usage
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.guard import Guard
from infrastructure.telemetry.breaker import BreakerAlarm
from infrastructure.telemetry.told_each import told_each

NAME = "groq"
ADDRESS = "https://api.groq.com"

log = structlog.get_logger("breakers")


def connection(settings: Settings) -> GroqConnection | None:
    """None: somebody else analyses."""
    key = settings.groq.api_key
    if settings.analyst != NAME or key is None:
        return None
    return GroqConnection(
        # Clients of OpenAI are given the address with the path that we put behind it ourselves.
        base_url=(settings.groq.base_url or ADDRESS).rstrip("/").removesuffix("/openai/v1"),
        api_key=key.get_secret_value(),
        attempt_limit=_attempt_limit(settings),
    )


def breaker(settings: Settings, alerts: Alerts) -> CircuitBreaker | None:
    if settings.analyst != NAME:
        return None
    return CircuitBreaker(
        threshold=GROQ_FAILURES,
        cooldown=GROQ_COOLDOWN,
        on_change=_telling(BreakerAlarm(component=AlertComponent.LLM, alerts=alerts)),
    )


def analyst(
    settings: Settings,
    connection: GroqConnection,
    breaker: CircuitBreaker,
    used: Callable[[str, int], None],
    tracing: ChatTracing,
) -> GroqConversationAnalyst:
    """``used`` takes a kind of tokens, and how many."""
    limit = _attempt_limit(settings)
    guard = Guard(
        name=NAME,
        attempts=GROQ_ATTEMPTS,
        attempt_limit=limit,
        total_limit=GROQ_ATTEMPTS * limit,
        breaker=breaker,
        concurrency=GROQ_AT_ONCE,
    )
    model = GroqModel(
        connection=connection,
        guard=guard,
        model=settings.groq.model,
        max_tokens=settings.groq.max_tokens,
        record=told_each(log_usage, _counted(used)),
        tracing=tracing,
    )
    return GroqConversationAnalyst(model=model)


def _counted(used: Callable[[str, int], None]) -> RecordUsage:
    def counted(usage: TokenUsage) -> None:
        used("prompt", usage.prompt)
        used("cached", usage.cached)
        used("completion", usage.completion)

    return counted


def _attempt_limit(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.groq.timeout_seconds)


def _telling(alarm: BreakerAlarm) -> Callable[[BreakerState], None]:
    def told(state: BreakerState) -> None:
        tell = log.error if state is BreakerState.OPEN else log.warning
        tell("breaker changed", dependency=NAME, state=state.value)
        alarm(state)

    return told
