"""The one place that says which adapter stands behind which port. Building opens nothing."""

import os
import socket
from datetime import timedelta
from importlib.metadata import version

from dependency_injector import containers, providers
from faststream.rabbit import RabbitBroker
from sqlalchemy.ext.asyncio import AsyncEngine

from application.analysis import Analysis
from application.catalogue_snapshot import CatalogueSnapshot
from application.lease_keeper import LeaseKeeper
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.health import QueueProbe
from application.use_cases.announce_due_events import AnnounceDueEvents
from application.use_cases.calculate_score import CalculateScore
from application.use_cases.check_health import CheckHealth
from application.use_cases.import_catalogue import ImportCatalogue
from application.use_cases.record_conversation_end import RecordConversationEnd
from application.use_cases.show_conversation import ShowConversation
from application.use_cases.show_friendship import ShowFriendship
from application.use_cases.suggest_activities import SuggestActivities
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoringRules
from entrypoints.bootstrap.read_settings import rabbitmq_url
from entrypoints.bootstrap.settings import Settings
from infrastructure.announcing.background_announcer import BackgroundAnnouncer
from infrastructure.in_process_queue.probe import EmbeddedQueueProbe
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from infrastructure.postgres.catalogues import PostgresCatalogues
from infrastructure.postgres.conversation_intake import BatchingConversationIntake
from infrastructure.postgres.conversation_logs import PostgresConversationLogs
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.probe import PostgresProbe
from infrastructure.postgres.suggestion_facts import PostgresSuggestionFacts
from infrastructure.postgres.unit_of_work import PostgresUnitOfWorkFactory
from infrastructure.rabbitmq.broker import make_broker
from infrastructure.rabbitmq.probe import RabbitProbe
from infrastructure.rabbitmq.publisher import RabbitAnnouncementPublisher
from infrastructure.rabbitmq.topology import Topology
from infrastructure.rules.analyst import RulesConversationAnalyst
from infrastructure.switched_off.analyst import NoAnalyst, NoMemories
from infrastructure.system.clock import SystemClock
from infrastructure.system.dice import RandomDiceFactory

HEALTH_LIMIT = timedelta(seconds=1.5)  # the answer must be out within two
CATALOGUE_INTERVAL = timedelta(seconds=2)
ANNOUNCE_AGAIN_AFTER = timedelta(seconds=60)


def _engine(settings: Settings, database_url: str) -> AsyncEngine:
    database = settings.database
    return make_engine(
        database_url,
        pool_size=database.pool_size,
        max_overflow=database.max_overflow,
        pool_timeout=timedelta(seconds=database.pool_timeout_seconds),
        pool_recycle=timedelta(seconds=database.pool_recycle_seconds),
        statement_timeout=timedelta(milliseconds=database.statement_timeout_ms),
    )


def _autocommit_engine(engine: AsyncEngine) -> AsyncEngine:
    """The same pool without transactions: one round trip for one statement."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _statement_limit(settings: Settings) -> timedelta:
    """A little more than the server's own, which is the better error when the server is well."""
    return timedelta(milliseconds=settings.database.statement_timeout_ms * 1.05)


def _topology(settings: Settings) -> Topology:
    queue = settings.queue
    return Topology(exchange_name=queue.exchange_name, queue_name=queue.queue_name, routing_key=queue.routing_key)


def _broker(settings: Settings) -> RabbitBroker | None:
    """None: nothing but this process is to hear of an event."""
    url = rabbitmq_url(settings.queue)
    if url is None:
        return None
    return make_broker(
        url,
        timeout=timedelta(seconds=settings.queue.timeout_seconds),
        heartbeat=timedelta(seconds=settings.queue.heartbeat_seconds),
    )


def _publisher(
    settings: Settings, broker: RabbitBroker | None, topology: Topology, queue: InProcessQueue, clock: SystemClock
) -> AnnouncementPublisher:
    if broker is None:
        return queue
    timeout = timedelta(seconds=settings.queue.timeout_seconds)
    return RabbitAnnouncementPublisher(broker=broker, topology=topology, clock=clock, timeout=timeout)


def _queue_probe(broker: RabbitBroker | None, topology: Topology) -> QueueProbe:
    if broker is None:
        return EmbeddedQueueProbe()
    return RabbitProbe(broker=broker, topology=topology, limit=HEALTH_LIMIT)


def _analyst(settings: Settings) -> ConversationAnalyst:
    if not settings.analysis.enabled or settings.analysis.provider == "off":
        return NoAnalyst()
    return RulesConversationAnalyst()


def _rules(settings: Settings) -> ScoringRules:
    scoring = settings.scoring
    return ScoringRules(
        points_per_turn=scoring.points_per_turn,
        points_per_question=scoring.points_per_question,
        points_per_memory=scoring.points_per_memory,
    )


def _schedule(settings: Settings) -> RetrySchedule:
    retry = settings.retry
    return RetrySchedule(
        max_retries=retry.max_attempts,
        base=timedelta(hours=retry.base_hours),
        cap=timedelta(hours=retry.max_hours),
        jitter=retry.jitter,
    )


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Container(containers.DeclarativeContainer):
    """Needs ``settings`` and the ``database_url`` they mean, which may be that of an embedded server."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    database_url: providers.Dependency[str] = providers.Dependency(instance_of=str)
    version: providers.Callable[str] = providers.Callable(version, "context-handling")

    clock: providers.Singleton[SystemClock] = providers.Singleton(SystemClock)
    dice: providers.Singleton[RandomDiceFactory] = providers.Singleton(RandomDiceFactory)
    encoder: providers.Singleton[ZstdJsonLogEncoder] = providers.Singleton(ZstdJsonLogEncoder)

    engine: providers.Singleton[AsyncEngine] = providers.Singleton(_engine, settings, database_url)
    autocommit_engine: providers.Singleton[AsyncEngine] = providers.Singleton(_autocommit_engine, engine)
    statement_limit: providers.Singleton[timedelta] = providers.Singleton(_statement_limit, settings)
    unit_of_work: providers.Singleton[PostgresUnitOfWorkFactory] = providers.Singleton(
        PostgresUnitOfWorkFactory, engine=engine, limit=statement_limit
    )
    intake: providers.Singleton[BatchingConversationIntake] = providers.Singleton(
        BatchingConversationIntake, engine=autocommit_engine, limit=statement_limit
    )
    logs: providers.Singleton[PostgresConversationLogs] = providers.Singleton(
        PostgresConversationLogs, engine=autocommit_engine, limit=statement_limit
    )
    facts: providers.Singleton[PostgresSuggestionFacts] = providers.Singleton(
        PostgresSuggestionFacts, engine=autocommit_engine, limit=statement_limit
    )
    catalogues: providers.Singleton[PostgresCatalogues] = providers.Singleton(
        PostgresCatalogues, engine=engine, limit=statement_limit
    )
    database_probe: providers.Singleton[PostgresProbe] = providers.Singleton(
        PostgresProbe, engine=autocommit_engine, clock=clock, limit=HEALTH_LIMIT
    )
    catalogue: providers.Singleton[CatalogueSnapshot] = providers.Singleton(
        CatalogueSnapshot, catalogues=catalogues, interval=CATALOGUE_INTERVAL
    )

    topology: providers.Singleton[Topology] = providers.Singleton(_topology, settings)
    in_process_queue: providers.Singleton[InProcessQueue] = providers.Singleton(InProcessQueue)
    publishing_broker: providers.Singleton[RabbitBroker | None] = providers.Singleton(_broker, settings)
    consuming_broker: providers.Singleton[RabbitBroker | None] = providers.Singleton(_broker, settings)
    publisher: providers.Singleton[AnnouncementPublisher] = providers.Singleton(
        _publisher, settings, publishing_broker, topology, in_process_queue, clock
    )
    queue_probe: providers.Singleton[QueueProbe] = providers.Singleton(_queue_probe, publishing_broker, topology)
    announcer: providers.Singleton[BackgroundAnnouncer] = providers.Singleton(BackgroundAnnouncer, publisher=publisher)

    analyst: providers.Singleton[ConversationAnalyst] = providers.Singleton(_analyst, settings)
    memories: providers.Singleton[NoMemories] = providers.Singleton(NoMemories)
    rules: providers.Singleton[ScoringRules] = providers.Singleton(_rules, settings)
    schedule: providers.Singleton[RetrySchedule] = providers.Singleton(_schedule, settings)
    analysis_limit: providers.Callable[timedelta] = providers.Callable(
        lambda settings: timedelta(seconds=settings.analysis.limit_seconds), settings
    )
    lease: providers.Callable[timedelta] = providers.Callable(
        lambda settings: timedelta(seconds=settings.consumer.lease_seconds), settings
    )
    batch_size: providers.Callable[int] = providers.Callable(
        lambda settings: settings.consumer.relay_batch_size, settings
    )

    record_conversation_end: providers.Factory[RecordConversationEnd] = providers.Factory(
        RecordConversationEnd,
        intake=intake,
        unit_of_work=unit_of_work,
        logs=logs,
        encoder=encoder,
        announcer=announcer,
        clock=clock,
    )
    calculate_score: providers.Factory[CalculateScore] = providers.Factory(
        CalculateScore,
        unit_of_work=unit_of_work,
        logs=logs,
        encoder=encoder,
        analysis=providers.Factory(Analysis, analyst=analyst, memories=memories, limit=analysis_limit),
        lease_keeper=providers.Factory(LeaseKeeper, unit_of_work=unit_of_work, clock=clock, lease=lease),
        catalogue=catalogue,
        clock=clock,
        dice=dice,
        rules=rules,
        schedule=schedule,
        lease=lease,
        worker=providers.Callable(_worker),
    )
    announce_due_events: providers.Factory[AnnounceDueEvents] = providers.Factory(
        AnnounceDueEvents,
        unit_of_work=unit_of_work,
        announcer=announcer,
        clock=clock,
        again_after=ANNOUNCE_AGAIN_AFTER,
        batch_size=batch_size,
    )
    suggest_activities: providers.Factory[SuggestActivities] = providers.Factory(
        SuggestActivities, facts=facts, unit_of_work=unit_of_work, catalogue=catalogue, clock=clock, dice=dice
    )
    show_conversation: providers.Factory[ShowConversation] = providers.Factory(
        ShowConversation, unit_of_work=unit_of_work, logs=logs, encoder=encoder
    )
    show_friendship: providers.Factory[ShowFriendship] = providers.Factory(
        ShowFriendship, unit_of_work=unit_of_work, clock=clock
    )
    import_catalogue: providers.Factory[ImportCatalogue] = providers.Factory(ImportCatalogue, catalogues=catalogues)
    check_health: providers.Factory[CheckHealth] = providers.Factory(
        CheckHealth, database=database_probe, queue=queue_probe, clock=clock, limit=HEALTH_LIMIT
    )
