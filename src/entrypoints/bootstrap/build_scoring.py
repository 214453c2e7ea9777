"""What a score is made with, as the settings say."""

import os
import socket
from collections.abc import Callable
from datetime import timedelta

from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoringRules
from entrypoints.bootstrap import build_groq
from entrypoints.bootstrap.settings import Settings
from infrastructure.groq.connection import GroqConnection
from infrastructure.groq.tracing import ChatTracing
from infrastructure.resilience.byte_budget import ByteBudget
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.rules.analyst import RulesConversationAnalyst
from infrastructure.switched_off.analyst import NoAnalyst, NoMemories, UnaskedMemories

HEAL_MARGIN = timedelta(minutes=2)


def analyst(
    settings: Settings,
    groq: GroqConnection | None,
    groq_breaker: CircuitBreaker | None,
    tokens_used: Callable[[str, int], None],
    tracing: ChatTracing,
) -> ConversationAnalyst:
    if settings.analyst == "off":
        return NoAnalyst()
    if groq is None or groq_breaker is None:
        return RulesConversationAnalyst()
    return build_groq.analyst(settings, groq, groq_breaker, tokens_used, tracing)


def preview_memories(memories: MemoryExtractor) -> MemoryExtractor:
    return memories if isinstance(memories, NoMemories) else UnaskedMemories()


def rules(settings: Settings) -> ScoringRules:
    scoring = settings.scoring
    return ScoringRules(
        points_per_turn=scoring.points_per_turn,
        points_per_question=scoring.points_per_question,
        points_per_memory=scoring.points_per_memory,
    )


def schedule(settings: Settings) -> RetrySchedule:
    retry = settings.retry
    return RetrySchedule(
        max_retries=retry.max_attempts,
        base=timedelta(hours=retry.base_hours),
        cap=timedelta(hours=retry.max_hours),
        jitter=retry.jitter,
    )


def heal_schedule(settings: Settings) -> RetrySchedule:
    healing = settings.healing
    return RetrySchedule(
        max_retries=healing.max_tries,
        base=timedelta(minutes=healing.base_minutes),
        cap=timedelta(hours=healing.max_hours),
        jitter=settings.retry.jitter,
    )


def heal_lease(settings: Settings) -> timedelta:
    """Longer than log and analysis together can take; who held it that long has lost it."""
    return timedelta(seconds=settings.analysis.limit_seconds) + HEAL_MARGIN


def memory(settings: Settings) -> ByteBudget:
    return ByteBudget(capacity_bytes=settings.consumer.max_bytes_in_flight)


def worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
