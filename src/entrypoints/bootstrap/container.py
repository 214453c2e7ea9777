"""The one place that says which adapter stands behind which port. Building opens nothing."""

from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version

from dependency_injector import containers, providers
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from application.analysis import Analysis
from application.catalogue_snapshot import CatalogueSnapshot
from application.lease_keeper import LeaseKeeper
from application.log_placement import LogPlacement
from application.log_removal import LogRemoval
from application.ports.alert_channel import AlertChannel
from application.ports.alert_suppression import AlertSuppression
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.attempt_recorder import AttemptRecorder
from application.ports.backup_shelf import BackupShelf
from application.ports.call_limits import CallLimits
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.conversation_intake import ConversationIntake
from application.ports.health import CacheProbe, QueueProbe
from application.ports.memory_extractor import MemoryExtractor
from application.use_cases.announce_due_events import AnnounceDueEvents
from application.use_cases.calculate_score import CalculateScore
from application.use_cases.check_health import CheckHealth
from application.use_cases.check_scoring_request import CheckScoringRequest
from application.use_cases.collect_orphaned_logs import CollectOrphanedLogs
from application.use_cases.delete_erased_logs import DeleteErasedLogs
from application.use_cases.erase_user import EraseUser
from application.use_cases.forget_old_logs import ForgetOldLogs
from application.use_cases.forget_old_offers import ForgetOldOffers
from application.use_cases.heal_degraded_scores import HealDegradedScores
from application.use_cases.import_catalogue import ImportCatalogue
from application.use_cases.list_catalogue_versions import ListCatalogueVersions
from application.use_cases.list_conversations import ListConversations
from application.use_cases.move_logs import MoveLogs
from application.use_cases.preview_score import PreviewScore
from application.use_cases.recalculate_scores import RecalculateScores
from application.use_cases.record_conversation_end import RecordConversationEnd
from application.use_cases.report_offers import ReportOffers
from application.use_cases.restore_catalogue import RestoreCatalogue
from application.use_cases.retry_event import RetryEvent
from application.use_cases.retry_events import RetryEvents
from application.use_cases.show_catalogue import ShowCatalogue
from application.use_cases.show_conversation import ShowConversation
from application.use_cases.show_friendship import ShowFriendship
from application.use_cases.show_ledger import ShowLedger
from application.use_cases.skip_event import SkipEvent
from application.use_cases.suggest_activities import SuggestActivities
from application.use_cases.update_profile import UpdateProfile
from application.use_cases.verify_ledger import VerifyLedger
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoringRules
from entrypoints.bootstrap import (
    build_alerts,
    build_backups,
    build_database,
    build_groq,
    build_limits,
    build_memories,
    build_metrics,
    build_queue,
    build_scoring,
    build_tracing,
    limits,
)
from entrypoints.bootstrap.log_stores import log_placement, preferred_store, retention
from entrypoints.bootstrap.settings import Settings
from infrastructure.alerting.desk import AlertDesk
from infrastructure.announcing.background_announcer import BackgroundAnnouncer
from infrastructure.announcing.background_offer_recorder import BackgroundOfferRecorder
from infrastructure.google_chat.channel import GoogleChatAlerts
from infrastructure.groq.connection import GroqConnection
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from infrastructure.memory_api.connection import MemoryApiConnection
from infrastructure.postgres.catalogue_news import PostgresCatalogueNews
from infrastructure.postgres.catalogues import PostgresCatalogues
from infrastructure.postgres.conversation_intake import BatchingConversationIntake
from infrastructure.postgres.conversation_logs import PostgresConversationLogs
from infrastructure.postgres.dumps.dumps import PostgresDumps
from infrastructure.postgres.offers import PostgresOffers
from infrastructure.postgres.probe import PostgresProbe
from infrastructure.postgres.suggestion_facts import PostgresSuggestionFacts
from infrastructure.postgres.unit_of_work import PostgresUnitOfWorkFactory
from infrastructure.prometheus.analyses import analysis_durations, llm_tokens
from infrastructure.prometheus.attempts import AttemptMetrics
from infrastructure.prometheus.exposition import Exposition
from infrastructure.prometheus.loop_stalls import loop_stalls
from infrastructure.prometheus.registry import make_registry
from infrastructure.prometheus.requests import RequestMetrics
from infrastructure.prometheus.told import alerts_counted, dead_letters_counted
from infrastructure.rabbitmq.dead_letters import DeadLetters
from infrastructure.rabbitmq.message import DeadLetterReason
from infrastructure.rabbitmq.session import RabbitSession
from infrastructure.rabbitmq.topology import Topology
from infrastructure.redis.client import RedisClient
from infrastructure.resilience.breaker_board import BreakerBoard
from infrastructure.resilience.byte_budget import ByteBudget
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.remembering_suggestion_facts import RememberingSuggestionFacts
from infrastructure.system.clock import SystemClock
from infrastructure.system.dice import RandomDiceFactory
from infrastructure.system.loop_lag import LoopLag
from infrastructure.telemetry.analyst import WatchedAnalyst
from infrastructure.telemetry.attempts import OUTCOMES, ToldAttempts
from infrastructure.telemetry.counted_publisher import CountedPublisher
from infrastructure.telemetry.database import DatabaseAlarm
from infrastructure.telemetry.dead_letters import PoisonAlarm
from infrastructure.telemetry.memories import WatchedMemories
from infrastructure.telemetry.rounds import Rounds
from infrastructure.telemetry.timed_analysis import Measure, TimedAnalyst, TimedMemories
from infrastructure.telemetry.timed_logs import TimedLogs
from infrastructure.telemetry.told_each import told_each
from infrastructure.tracing.deliveries import Deliveries
from infrastructure.tracing.requests import RequestSpans
from infrastructure.tracing.tracer import ExportingTracer


class Container(containers.DeclarativeContainer):
    """Needs ``settings`` and the ``database_url`` they mean, which may be that of an embedded server."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    database_url: providers.Dependency[str] = providers.Dependency(instance_of=str)
    version: providers.Callable[str] = providers.Callable(version, "context-handling")

    clock: providers.Singleton[SystemClock] = providers.Singleton(SystemClock)
    dice: providers.Singleton[RandomDiceFactory] = providers.Singleton(RandomDiceFactory)
    metrics_registry: providers.Singleton[CollectorRegistry] = providers.Singleton(make_registry)
    request_metrics: providers.Singleton[RequestMetrics] = providers.Singleton(
        RequestMetrics, registry=metrics_registry
    )
    attempt_metrics: providers.Singleton[AttemptMetrics] = providers.Singleton(
        AttemptMetrics, registry=metrics_registry, outcomes=OUTCOMES
    )
    count_alerts: providers.Singleton[Callable[[str, str, str, int], None]] = providers.Singleton(
        alerts_counted, metrics_registry
    )
    count_dead_letters: providers.Singleton[Callable[[str], None]] = providers.Singleton(
        dead_letters_counted, metrics_registry, DeadLetterReason
    )
    count_tokens: providers.Singleton[Callable[[str, int], None]] = providers.Singleton(llm_tokens, metrics_registry)
    measure_analysis: providers.Singleton[Measure] = providers.Singleton(analysis_durations, metrics_registry)
    measure_stall: providers.Singleton[Callable[[float], None]] = providers.Singleton(loop_stalls, metrics_registry)
    loop_lag: providers.Singleton[LoopLag] = providers.Singleton(LoopLag, told=measure_stall)
    encoder: providers.Singleton[ZstdJsonLogEncoder] = providers.Singleton(ZstdJsonLogEncoder)

    google_chat: providers.Singleton[GoogleChatAlerts | None] = providers.Singleton(build_alerts.google_chat, settings)
    alert_channel: providers.Singleton[AlertChannel] = providers.Singleton(build_alerts.channel, google_chat)
    redis: providers.Singleton[RedisClient | None] = providers.Singleton(build_alerts.redis, settings)
    cache_probe: providers.Singleton[CacheProbe] = providers.Singleton(build_alerts.cache_probe, redis)
    alert_suppression: providers.Singleton[AlertSuppression] = providers.Singleton(build_alerts.suppression, redis)
    alerts: providers.Singleton[AlertDesk] = providers.Singleton(
        build_alerts.desk, alert_channel, alert_suppression, count_alerts
    )

    tracer: providers.Singleton[ExportingTracer | None] = providers.Singleton(build_tracing.tracer, settings, version)
    request_spans: providers.Singleton[RequestSpans | None] = providers.Singleton(build_tracing.request_spans, tracer)

    database_alarm: providers.Singleton[DatabaseAlarm] = providers.Singleton(DatabaseAlarm, alerts=alerts)

    engine: providers.Singleton[AsyncEngine] = providers.Singleton(
        build_database.engine,
        settings,
        database_url,
        database_alarm,
        providers.Singleton(build_tracing.database, tracer),
    )
    dumps: providers.Singleton[PostgresDumps] = providers.Singleton(build_backups.dumps, database_url)
    remote_backups: providers.Singleton[BackupShelf | None] = providers.Singleton(build_backups.remote_shelf, settings)
    autocommit_engine: providers.Singleton[AsyncEngine] = providers.Singleton(build_database.autocommit_engine, engine)
    statement_limit: providers.Singleton[timedelta] = providers.Singleton(build_database.statement_limit, settings)
    unit_of_work: providers.Singleton[PostgresUnitOfWorkFactory] = providers.Singleton(
        PostgresUnitOfWorkFactory, engine=engine, limit=statement_limit
    )
    intake: providers.Singleton[ConversationIntake] = providers.Singleton(
        build_tracing.intake,
        tracer,
        providers.Singleton(BatchingConversationIntake, engine=autocommit_engine, limit=statement_limit),
    )
    database_logs: providers.Singleton[PostgresConversationLogs] = providers.Singleton(
        PostgresConversationLogs, engine=autocommit_engine, limit=statement_limit
    )
    logs: providers.Singleton[LogPlacement] = providers.Singleton(log_placement, settings, database_logs, clock, tracer)
    facts_breaker: providers.Singleton[CircuitBreaker] = providers.Singleton(
        CircuitBreaker, threshold=limits.SUGGESTION_FAILURES, cooldown=limits.SUGGESTION_COOLDOWN
    )
    facts: providers.Singleton[RememberingSuggestionFacts] = providers.Singleton(
        RememberingSuggestionFacts,
        source=providers.Singleton(PostgresSuggestionFacts, engine=autocommit_engine, limit=limits.SUGGESTION_LIMIT),
        breaker=facts_breaker,
        clock=clock,
        capacity=limits.USERS_REMEMBERED,
        max_age=limits.USERS_REMEMBERED_FOR,
    )
    offers: providers.Singleton[PostgresOffers] = providers.Singleton(
        PostgresOffers, engine=autocommit_engine, limit=statement_limit
    )
    offer_recorder: providers.Singleton[BackgroundOfferRecorder] = providers.Singleton(
        BackgroundOfferRecorder, offers=offers
    )
    catalogues: providers.Singleton[PostgresCatalogues] = providers.Singleton(
        PostgresCatalogues, engine=engine, limit=statement_limit
    )
    database_probe: providers.Singleton[PostgresProbe] = providers.Singleton(
        PostgresProbe, engine=autocommit_engine, clock=clock, limit=limits.HEALTH_LIMIT
    )
    listening_engine: providers.Singleton[AsyncEngine] = providers.Singleton(
        build_database.listening_engine, settings, database_url
    )
    catalogue_news: providers.Singleton[PostgresCatalogueNews] = providers.Singleton(
        PostgresCatalogueNews, engine=listening_engine, limit=statement_limit, silence=limits.CATALOGUE_SILENCE
    )
    catalogue: providers.Singleton[CatalogueSnapshot] = providers.Singleton(
        CatalogueSnapshot, catalogues=catalogues, news=catalogue_news, interval=limits.CATALOGUE_INTERVAL
    )

    call_limits: providers.Singleton[CallLimits] = providers.Singleton(build_limits.call_limits, redis)

    topology: providers.Singleton[Topology] = providers.Singleton(build_queue.topology, settings)
    in_process_queue: providers.Singleton[InProcessQueue] = providers.Singleton(InProcessQueue)
    queue_timeout: providers.Singleton[timedelta] = providers.Singleton(build_queue.queue_timeout, settings)
    # Each on a connection of its own: an alarm of the broker blocks a publishing one, acknowledgements included.
    publishing_session: providers.Singleton[RabbitSession | None] = providers.Singleton(
        build_queue.session, settings, topology
    )
    consuming_session: providers.Singleton[RabbitSession | None] = providers.Singleton(
        build_queue.session, settings, topology
    )
    probing_session: providers.Singleton[RabbitSession | None] = providers.Singleton(
        build_queue.session, settings, topology
    )
    broker_breaker: providers.Singleton[CircuitBreaker | None] = providers.Singleton(
        build_queue.breaker, publishing_session, alerts
    )
    own_publisher: providers.Singleton[AnnouncementPublisher] = providers.Singleton(
        build_tracing.publisher,
        tracer,
        publishing_session,
        providers.Singleton(
            build_queue.publisher,
            publishing_session,
            in_process_queue,
            broker_breaker,
            clock,
            timeout=queue_timeout,
            alerts=alerts,
        ),
    )
    deliveries: providers.Singleton[Deliveries | None] = providers.Singleton(
        build_tracing.deliveries, tracer, consuming_session
    )
    publisher: providers.Singleton[CountedPublisher] = providers.Singleton(CountedPublisher, publisher=own_publisher)
    dead_letters: providers.Singleton[DeadLetters] = providers.Singleton(
        DeadLetters,
        session=publishing_session,
        clock=clock,
        timeout=queue_timeout,
        told=providers.Factory(
            told_each,
            providers.Factory(PoisonAlarm, alerts=alerts),
            count_dead_letters,
        ),
    )
    queue_probe: providers.Singleton[QueueProbe] = providers.Singleton(build_queue.queue_probe, probing_session)
    announcer: providers.Singleton[BackgroundAnnouncer] = providers.Singleton(BackgroundAnnouncer, publisher=publisher)

    groq: providers.Singleton[GroqConnection | None] = providers.Singleton(build_groq.connection, settings)
    groq_breaker: providers.Singleton[CircuitBreaker | None] = providers.Singleton(build_groq.breaker, settings, alerts)
    memory_api: providers.Singleton[MemoryApiConnection | None] = providers.Singleton(
        build_memories.connection, settings
    )
    memory_breaker: providers.Singleton[CircuitBreaker | None] = providers.Singleton(
        build_memories.breaker, settings, memory_api, alerts
    )
    breakers: providers.Singleton[BreakerBoard] = providers.Singleton(
        BreakerBoard, breakers=providers.Dict(groq=groq_breaker, memory_api=memory_breaker)
    )
    analyst: providers.Singleton[ConversationAnalyst] = providers.Singleton(
        build_scoring.analyst,
        settings,
        groq,
        groq_breaker,
        count_tokens,
        providers.Singleton(build_tracing.chat, tracer),
    )
    memories: providers.Singleton[MemoryExtractor] = providers.Singleton(
        build_memories.memories, settings, memory_api, memory_breaker
    )
    watched_analyst: providers.Singleton[WatchedAnalyst] = providers.Singleton(
        WatchedAnalyst,
        analyst=providers.Factory(
            TimedAnalyst, analyst=providers.Singleton(build_tracing.analyst, tracer, analyst), measure=measure_analysis
        ),
        alerts=alerts,
    )
    watched_memories: providers.Singleton[WatchedMemories] = providers.Singleton(
        WatchedMemories,
        memories=providers.Factory(
            TimedMemories,
            memories=providers.Singleton(build_tracing.memories, tracer, memories),
            measure=measure_analysis,
        ),
        alerts=alerts,
    )
    rules: providers.Singleton[ScoringRules] = providers.Singleton(build_scoring.rules, settings)
    schedule: providers.Singleton[RetrySchedule] = providers.Singleton(build_scoring.schedule, settings)
    analysis_limit: providers.Callable[timedelta] = providers.Callable(
        lambda settings: timedelta(seconds=settings.analysis.limit_seconds), settings
    )
    analysis: providers.Factory[Analysis] = providers.Factory(
        Analysis, analyst=watched_analyst, memories=watched_memories, limit=analysis_limit
    )
    heal_schedule: providers.Singleton[RetrySchedule] = providers.Singleton(build_scoring.heal_schedule, settings)
    lease: providers.Callable[timedelta] = providers.Callable(
        lambda settings: timedelta(seconds=settings.consumer.lease_seconds), settings
    )
    memory: providers.Singleton[ByteBudget] = providers.Singleton(build_scoring.memory, settings)
    rounds: providers.Singleton[Rounds] = providers.Singleton(build_alerts.rounds, settings, database_probe, alerts)
    consumer_rounds: providers.Singleton[Rounds] = providers.Singleton(
        build_alerts.consumer_rounds, settings, database_probe, memory, alerts
    )
    exposition: providers.Singleton[Exposition] = providers.Singleton(
        build_metrics.exposition,
        metrics_registry,
        database_probe,
        providers.List(
            *(request_metrics, attempt_metrics, measure_analysis, measure_stall),
            *(count_tokens, count_alerts, count_dead_letters),
        ),
        providers.Callable(build_metrics.of_process, version, loop_lag),
        providers.Callable(build_metrics.of_pool, database_probe),
        providers.Callable(build_metrics.of_queue, publisher, announcer),
        providers.Callable(build_metrics.of_suggestions, catalogue, offer_recorder),
        providers.Callable(
            build_metrics.of_breakers,
            providers.Dict(
                groq=groq_breaker, memory_api=memory_breaker, rabbitmq=broker_breaker, suggestion_facts=facts_breaker
            ),
        ),
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
    attempt_recorder: providers.Singleton[AttemptRecorder] = providers.Singleton(ToldAttempts, meter=attempt_metrics)
    calculate_score: providers.Factory[CalculateScore] = providers.Factory(
        build_tracing.calculate_score,
        tracer,
        providers.Factory(
            CalculateScore,
            unit_of_work=unit_of_work,
            logs=providers.Factory(TimedLogs, logs=logs),
            encoder=encoder,
            analysis=analysis,
            memory=memory,
            lease_keeper=providers.Factory(LeaseKeeper, unit_of_work=unit_of_work, clock=clock, lease=lease),
            catalogue=catalogue,
            clock=clock,
            dice=dice,
            rules=rules,
            schedule=schedule,
            heal_schedule=heal_schedule,
            alerts=alerts,
            recorder=attempt_recorder,
            lease=lease,
            worker=providers.Callable(build_scoring.worker),
        ),
    )
    heal_degraded_scores: providers.Factory[HealDegradedScores] = providers.Factory(
        HealDegradedScores,
        unit_of_work=unit_of_work,
        logs=logs,
        encoder=encoder,
        analysis=analysis,
        memory=memory,
        clock=clock,
        dice=dice,
        rules=rules,
        schedule=heal_schedule,
        lease=providers.Callable(build_scoring.heal_lease, settings),
    )
    recalculate_scores: providers.Factory[RecalculateScores] = providers.Factory(
        RecalculateScores, unit_of_work=unit_of_work, clock=clock
    )
    announce_due_events: providers.Factory[AnnounceDueEvents] = providers.Factory(
        AnnounceDueEvents,
        unit_of_work=unit_of_work,
        publisher=publisher,
        clock=clock,
        again_after=limits.ANNOUNCE_AGAIN_AFTER,
        retry_after=limits.ANNOUNCE_RETRY_AFTER,
        batch_size=batch_size,
    )
    move_logs: providers.Factory[MoveLogs] = providers.Factory(
        MoveLogs,
        unit_of_work=unit_of_work,
        database=database_logs,
        store=providers.Callable(preferred_store, logs),
        batch_size=limits.LOGS_MOVED_AT_ONCE,
    )
    collect_orphaned_logs: providers.Factory[CollectOrphanedLogs] = providers.Factory(
        CollectOrphanedLogs,
        unit_of_work=unit_of_work,
        logs=logs,
        clock=clock,
        min_age=limits.ORPHAN_AGE,
        batch_size=limits.LOGS_LOOKED_UP_AT_ONCE,
    )
    forget_old_logs: providers.Factory[ForgetOldLogs] = providers.Factory(
        ForgetOldLogs,
        unit_of_work=unit_of_work,
        clock=clock,
        retention=providers.Callable(retention, settings),
        batch_size=limits.LOGS_FORGOTTEN_AT_ONCE,
    )
    log_removal: providers.Factory[LogRemoval] = providers.Factory(LogRemoval, unit_of_work=unit_of_work, logs=logs)
    erase_user: providers.Factory[EraseUser] = providers.Factory(
        EraseUser,
        unit_of_work=unit_of_work,
        removal=log_removal,
        clock=clock,
        patience=limits.ERASURE_PATIENCE,
        logs_again_after=limits.ERASED_LOGS_AGAIN_AFTER,
    )
    delete_erased_logs: providers.Factory[DeleteErasedLogs] = providers.Factory(
        DeleteErasedLogs,
        unit_of_work=unit_of_work,
        removal=log_removal,
        clock=clock,
        again_after=limits.ERASED_LOGS_AGAIN_AFTER,
    )
    check_scoring_request: providers.Factory[CheckScoringRequest] = providers.Factory(
        CheckScoringRequest, unit_of_work=unit_of_work, clock=clock
    )
    preview_score: providers.Factory[PreviewScore] = providers.Factory(
        PreviewScore,
        unit_of_work=unit_of_work,
        logs=logs,
        encoder=encoder,
        analysis=providers.Factory(
            Analysis,
            analyst=watched_analyst,
            memories=providers.Callable(build_scoring.preview_memories, memories),
            limit=limits.PREVIEW_LIMIT,
        ),
        rules=rules,
    )
    list_conversations: providers.Factory[ListConversations] = providers.Factory(
        ListConversations, unit_of_work=unit_of_work
    )
    retry_event: providers.Factory[RetryEvent] = providers.Factory(
        RetryEvent, unit_of_work=unit_of_work, announcer=announcer, clock=clock
    )
    retry_events: providers.Factory[RetryEvents] = providers.Factory(
        RetryEvents, unit_of_work=unit_of_work, clock=clock
    )
    skip_event: providers.Factory[SkipEvent] = providers.Factory(SkipEvent, unit_of_work=unit_of_work, clock=clock)
    show_ledger: providers.Factory[ShowLedger] = providers.Factory(ShowLedger, unit_of_work=unit_of_work)
    verify_ledger: providers.Factory[VerifyLedger] = providers.Factory(VerifyLedger, unit_of_work=unit_of_work)
    update_profile: providers.Factory[UpdateProfile] = providers.Factory(UpdateProfile, unit_of_work=unit_of_work)
    suggest_activities: providers.Factory[SuggestActivities] = providers.Factory(
        SuggestActivities, facts=facts, catalogue=catalogue, clock=clock, dice=dice, recorder=offer_recorder
    )
    report_offers: providers.Factory[ReportOffers] = providers.Factory(ReportOffers, offers=offers)
    forget_old_offers: providers.Factory[ForgetOldOffers] = providers.Factory(
        ForgetOldOffers,
        offers=offers,
        clock=clock,
        retention=limits.OFFERS_KEPT,
        batch_size=limits.OFFERS_FORGOTTEN_AT_ONCE,
    )
    show_conversation: providers.Factory[ShowConversation] = providers.Factory(
        ShowConversation, unit_of_work=unit_of_work, logs=logs, encoder=encoder
    )
    show_friendship: providers.Factory[ShowFriendship] = providers.Factory(
        ShowFriendship, unit_of_work=unit_of_work, clock=clock
    )
    import_catalogue: providers.Factory[ImportCatalogue] = providers.Factory(ImportCatalogue, catalogues=catalogues)
    show_catalogue: providers.Factory[ShowCatalogue] = providers.Factory(ShowCatalogue, catalogues=catalogues)
    list_catalogue_versions: providers.Factory[ListCatalogueVersions] = providers.Factory(
        ListCatalogueVersions, catalogues=catalogues
    )
    restore_catalogue: providers.Factory[RestoreCatalogue] = providers.Factory(RestoreCatalogue, catalogues=catalogues)
    check_health: providers.Factory[CheckHealth] = providers.Factory(
        CheckHealth,
        database=database_probe,
        queue=queue_probe,
        cache=cache_probe,
        breakers=breakers,
        clock=clock,
        limit=limits.HEALTH_LIMIT,
    )
