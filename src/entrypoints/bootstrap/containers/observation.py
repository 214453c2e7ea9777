"""What is said of the process itself: rounds, metrics, health."""

from dependency_injector import providers

from application.use_cases.check_health import CheckHealth
from entrypoints.bootstrap import build_alerts, build_metrics, limits
from entrypoints.bootstrap.containers.alerting import Alerting
from entrypoints.bootstrap.containers.analysts import Analysts
from entrypoints.bootstrap.containers.catalogues import Catalogues
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.metrics import Metrics
from entrypoints.bootstrap.containers.queue import Queue
from entrypoints.bootstrap.containers.replicas import Replicas
from entrypoints.bootstrap.containers.scoring import Scoring
from entrypoints.bootstrap.containers.suggestions import Suggestions
from entrypoints.bootstrap.containers.tracing import Tracing
from infrastructure.prometheus.exposition import Exposition
from infrastructure.telemetry.rounds import Rounds


class Observation(Scoring, Suggestions, Queue):
    rounds: providers.Singleton[Rounds] = providers.Singleton(
        build_alerts.rounds, Foundation.settings, Database.database_probe, Alerting.alerts
    )
    consumer_rounds: providers.Singleton[Rounds] = providers.Singleton(
        build_alerts.consumer_rounds, Foundation.settings, Database.database_probe, Scoring.memory, Alerting.alerts
    )
    exposition: providers.Singleton[Exposition] = providers.Singleton(
        build_metrics.exposition,
        Metrics.metrics_registry,
        Database.database_probe,
        providers.List(
            *(Metrics.request_metrics, Metrics.attempt_metrics, Metrics.measure_analysis, Metrics.measure_stall),
            *(Metrics.count_tokens, Metrics.count_alerts, Metrics.count_dead_letters),
        ),
        providers.Callable(build_metrics.of_process, Foundation.version, Metrics.loop_lag),
        providers.Callable(build_metrics.of_pool, Database.database_probe),
        providers.Callable(build_metrics.of_queue, Queue.publisher, Queue.announcer),
        providers.Callable(build_metrics.of_spans, Tracing.tracer),
        providers.Callable(build_metrics.of_suggestions, Catalogues.catalogue, Suggestions.offer_recorder),
        providers.Callable(
            build_metrics.of_breakers,
            providers.Dict(
                groq=Analysts.groq_breaker,
                memory_api=Analysts.memory_breaker,
                rabbitmq=Queue.broker_breaker,
                suggestion_facts=Suggestions.facts_breaker,
            ),
        ),
    )
    check_health: providers.Factory[CheckHealth] = providers.Factory(
        CheckHealth,
        database=Database.database_probe,
        queue=Queue.queue_probe,
        cache=Replicas.cache_probe,
        breakers=Analysts.breakers,
        clock=Foundation.clock,
        limit=limits.HEALTH_LIMIT,
    )
