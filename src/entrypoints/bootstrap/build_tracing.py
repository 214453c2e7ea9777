"""What is told of work as it happens, as the settings say. Nothing stands around anything where nobody traces."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from importlib import import_module

from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.conversation_intake import ConversationIntake
from application.ports.memory_extractor import MemoryExtractor
from application.use_cases.calculate_score import CalculateScore
from application.use_cases.heal_degraded_scores import HealDegradedScores
from entrypoints.bootstrap.limits import LAST_SPANS_LIMIT
from entrypoints.bootstrap.setting_groups.tracing import TracingSettings, attributes, headers, traces_url
from entrypoints.bootstrap.settings import Settings
from infrastructure.groq.tracing import UNTRACED, ChatTracing
from infrastructure.rabbitmq.session import RabbitSession
from infrastructure.tracing.analyst import TracedAnalyst
from infrastructure.tracing.attempts import TracedCalculateScore
from infrastructure.tracing.chat import ChatSpans
from infrastructure.tracing.configuration import Bounds, Destination, Origin, Sampling
from infrastructure.tracing.database import DatabaseSpans
from infrastructure.tracing.deliveries import Deliveries
from infrastructure.tracing.healing import TracedHealDegradedScores
from infrastructure.tracing.intake import TracedIntake
from infrastructure.tracing.memories import TracedMemories
from infrastructure.tracing.publisher import TracedPublisher
from infrastructure.tracing.requests import RequestSpans
from infrastructure.tracing.tracer import ExportingTracer, Tracer


def tracer(settings: Settings, version: str) -> ExportingTracer | None:
    """None: nobody traces."""
    if (url := traces_url(settings.tracing)) is None:
        return None
    # By name: where nobody traces, no process pays for a library that takes long to load.
    make: Callable[..., ExportingTracer] = import_module("infrastructure.tracing.otel").OtelTracer
    return make(
        origin=_origin(settings, version),
        sampling=Sampling(name=settings.tracing.sampler, share=settings.tracing.sampled_share),
        destination=_destination(settings.tracing, url),
        bounds=_bounds(settings.tracing),
    )


def request_spans(tracer: Tracer | None) -> RequestSpans | None:
    return None if tracer is None else RequestSpans(tracer=tracer)


def database(tracer: Tracer | None) -> DatabaseSpans | None:
    return None if tracer is None else DatabaseSpans(tracer=tracer)


def intake(tracer: Tracer | None, intake: ConversationIntake) -> ConversationIntake:
    return intake if tracer is None else TracedIntake(intake=intake, tracer=tracer)


def analyst(tracer: Tracer | None, analyst: ConversationAnalyst) -> ConversationAnalyst:
    return analyst if tracer is None else TracedAnalyst(analyst=analyst, tracer=tracer)


def chat(tracer: Tracer | None) -> ChatTracing:
    return UNTRACED if tracer is None else ChatSpans(tracer=tracer, provider="groq")


def memories(tracer: Tracer | None, memories: MemoryExtractor) -> MemoryExtractor:
    return memories if tracer is None else TracedMemories(memories=memories, tracer=tracer)


def calculate_score(tracer: Tracer | None, score: CalculateScore) -> CalculateScore:
    if tracer is None:
        return score
    parts = {part.name: getattr(score, part.name) for part in fields(score)}
    return TracedCalculateScore(**parts, tracer=tracer)


def heal_degraded_scores(tracer: Tracer | None, heal: HealDegradedScores) -> HealDegradedScores:
    if tracer is None:
        return heal
    parts = {part.name: getattr(heal, part.name) for part in fields(heal)}
    return TracedHealDegradedScores(**parts, tracer=tracer)


def publisher(
    tracer: Tracer | None, session: RabbitSession | None, publisher: AnnouncementPublisher
) -> AnnouncementPublisher:
    if tracer is None:
        return publisher
    destination = "in process" if session is None else session.topology.exchange_name
    return TracedPublisher(publisher=publisher, tracer=tracer, system=_system(session), destination=destination)


def deliveries(tracer: Tracer | None, session: RabbitSession | None) -> Deliveries | None:
    if tracer is None:
        return None
    destination = "in process" if session is None else session.topology.queue_name
    return Deliveries(tracer=tracer, system=_system(session), destination=destination)


def _system(session: RabbitSession | None) -> str:
    return "in_process" if session is None else "rabbitmq"


def _origin(settings: Settings, version: str) -> Origin:
    return Origin(
        name=settings.tracing.service_name,
        version=version,
        environment=settings.service.environment,
        attributes=attributes(settings.tracing),
    )


def _destination(settings: TracingSettings, url: str) -> Destination:
    timeout = timedelta(milliseconds=settings.timeout_ms)
    return Destination(url=url, headers=headers(settings), timeout=timeout)


def _bounds(settings: TracingSettings) -> Bounds:
    return Bounds(
        queue_size=settings.queue_size,
        batch_size=settings.batch_size,
        delay=timedelta(milliseconds=settings.delay_ms),
        patience=LAST_SPANS_LIMIT,
    )
