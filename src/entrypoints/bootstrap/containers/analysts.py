"""Who hears what is in a conversation: the language model or the rules, and the memory service."""

from datetime import timedelta

from dependency_injector import providers

from application.analysis import Analysis
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from entrypoints.bootstrap import build_groq, build_memories, build_scoring, build_tracing
from entrypoints.bootstrap.containers.alerting import Alerting
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.metrics import Metrics
from entrypoints.bootstrap.containers.tracing import Tracing
from infrastructure.groq.connection import GroqConnection
from infrastructure.memory_api.connection import MemoryApiConnection
from infrastructure.resilience.breaker_board import BreakerBoard
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.telemetry.analyst import WatchedAnalyst
from infrastructure.telemetry.memories import WatchedMemories
from infrastructure.telemetry.timed_analysis import TimedAnalyst, TimedMemories


class Analysts(Alerting, Tracing):
    groq: providers.Singleton[GroqConnection | None] = providers.Singleton(build_groq.connection, Foundation.settings)
    groq_breaker: providers.Singleton[CircuitBreaker | None] = providers.Singleton(
        build_groq.breaker, Foundation.settings, Alerting.alerts
    )
    memory_api: providers.Singleton[MemoryApiConnection | None] = providers.Singleton(
        build_memories.connection, Foundation.settings
    )
    memory_breaker: providers.Singleton[CircuitBreaker | None] = providers.Singleton(
        build_memories.breaker, Foundation.settings, memory_api, Alerting.alerts
    )
    breakers: providers.Singleton[BreakerBoard] = providers.Singleton(
        BreakerBoard, breakers=providers.Dict(groq=groq_breaker, memory_api=memory_breaker)
    )
    analyst: providers.Singleton[ConversationAnalyst] = providers.Singleton(
        build_scoring.analyst,
        Foundation.settings,
        groq,
        groq_breaker,
        Metrics.count_tokens,
        providers.Singleton(build_tracing.chat, Tracing.tracer),
    )
    memories: providers.Singleton[MemoryExtractor] = providers.Singleton(
        build_memories.memories, Foundation.settings, memory_api, memory_breaker
    )
    watched_analyst: providers.Singleton[WatchedAnalyst] = providers.Singleton(
        WatchedAnalyst,
        analyst=providers.Factory(
            TimedAnalyst,
            analyst=providers.Singleton(build_tracing.analyst, Tracing.tracer, analyst),
            measure=Metrics.measure_analysis,
        ),
        alerts=Alerting.alerts,
    )
    watched_memories: providers.Singleton[WatchedMemories] = providers.Singleton(
        WatchedMemories,
        memories=providers.Factory(
            TimedMemories,
            memories=providers.Singleton(build_tracing.memories, Tracing.tracer, memories),
            measure=Metrics.measure_analysis,
        ),
        alerts=Alerting.alerts,
    )
    analysis_limit: providers.Callable[timedelta] = providers.Callable(
        lambda settings: timedelta(seconds=settings.analysis.limit_seconds), Foundation.settings
    )
    analysis: providers.Factory[Analysis] = providers.Factory(
        Analysis, analyst=watched_analyst, memories=watched_memories, limit=analysis_limit
    )
