"""What is counted and measured, one series a provider; who asks for the numbers is in `observation`."""

from collections.abc import Callable

from dependency_injector import providers
from prometheus_client import CollectorRegistry

from domain.alert import RULES
from entrypoints.bootstrap.containers.foundation import Foundation
from infrastructure.alerting.desk import AlertFate
from infrastructure.prometheus.analyses import analysis_durations, llm_tokens
from infrastructure.prometheus.attempts import AttemptMetrics
from infrastructure.prometheus.loop_stalls import loop_stalls
from infrastructure.prometheus.registry import make_registry
from infrastructure.prometheus.requests import RequestMetrics
from infrastructure.prometheus.told import alerts_counted, dead_letters_counted
from infrastructure.rabbitmq.message import DeadLetterReason
from infrastructure.system.loop_lag import LoopLag
from infrastructure.telemetry.attempts import OUTCOMES, EarlierFailure
from infrastructure.telemetry.timed_analysis import Measure

KINDS_OF_ALERTS = tuple((kind, level) for kind, rule in RULES.items() for level in sorted(rule.levels))


class Metrics(Foundation):
    metrics_registry: providers.Singleton[CollectorRegistry] = providers.Singleton(make_registry)
    request_metrics: providers.Singleton[RequestMetrics] = providers.Singleton(
        RequestMetrics, registry=metrics_registry
    )
    attempt_metrics: providers.Singleton[AttemptMetrics] = providers.Singleton(
        AttemptMetrics, registry=metrics_registry, outcomes=OUTCOMES, earlier_failures=tuple(EarlierFailure)
    )
    count_alerts: providers.Singleton[Callable[[str, str, str, int], None]] = providers.Singleton(
        alerts_counted, metrics_registry, KINDS_OF_ALERTS, AlertFate
    )
    count_dead_letters: providers.Singleton[Callable[[str], None]] = providers.Singleton(
        dead_letters_counted, metrics_registry, DeadLetterReason
    )
    count_tokens: providers.Singleton[Callable[[str, int], None]] = providers.Singleton(llm_tokens, metrics_registry)
    measure_analysis: providers.Singleton[Measure] = providers.Singleton(analysis_durations, metrics_registry)
    measure_stall: providers.Singleton[Callable[[float], None]] = providers.Singleton(loop_stalls, metrics_registry)
    loop_lag: providers.Singleton[LoopLag] = providers.Singleton(LoopLag, told=measure_stall)
