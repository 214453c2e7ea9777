"""From a conversation to points: the first time, again when it was degraded, and under other rules."""

from datetime import timedelta

from dependency_injector import providers

from application.analysis import Analysis
from application.lease_keeper import LeaseKeeper
from application.ports.attempt_recorder import AttemptRecorder
from application.use_cases.calculate_score import CalculateScore
from application.use_cases.check_scoring_request import CheckScoringRequest
from application.use_cases.heal_degraded_scores import HealDegradedScores
from application.use_cases.preview_score import PreviewScore
from application.use_cases.recalculate_scores import RecalculateScores
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoringRules
from entrypoints.bootstrap import build_scoring, build_tracing, limits
from entrypoints.bootstrap.containers.alerting import Alerting
from entrypoints.bootstrap.containers.analysts import Analysts
from entrypoints.bootstrap.containers.catalogues import Catalogues
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.logs import Logs
from entrypoints.bootstrap.containers.metrics import Metrics
from entrypoints.bootstrap.containers.tracing import Tracing
from infrastructure.resilience.byte_budget import ByteBudget
from infrastructure.telemetry.attempts import ToldAttempts
from infrastructure.telemetry.timed_logs import TimedLogs


class Scoring(Analysts, Catalogues, Logs):
    rules: providers.Singleton[ScoringRules] = providers.Singleton(build_scoring.rules, Foundation.settings)
    schedule: providers.Singleton[RetrySchedule] = providers.Singleton(build_scoring.schedule, Foundation.settings)
    heal_schedule: providers.Singleton[RetrySchedule] = providers.Singleton(
        build_scoring.heal_schedule, Foundation.settings
    )
    lease: providers.Callable[timedelta] = providers.Callable(
        lambda settings: timedelta(seconds=settings.consumer.lease_seconds), Foundation.settings
    )
    memory: providers.Singleton[ByteBudget] = providers.Singleton(build_scoring.memory, Foundation.settings)
    attempt_recorder: providers.Singleton[AttemptRecorder] = providers.Singleton(
        ToldAttempts, meter=Metrics.attempt_metrics
    )
    calculate_score: providers.Factory[CalculateScore] = providers.Factory(
        build_tracing.calculate_score,
        Tracing.tracer,
        providers.Factory(
            CalculateScore,
            unit_of_work=Database.unit_of_work,
            logs=providers.Factory(TimedLogs, logs=Logs.logs),
            encoder=Foundation.encoder,
            analysis=Analysts.analysis,
            memory=memory,
            lease_keeper=providers.Factory(
                LeaseKeeper, unit_of_work=Database.unit_of_work, clock=Foundation.clock, lease=lease
            ),
            catalogue=Catalogues.catalogue,
            clock=Foundation.clock,
            dice=Foundation.dice,
            rules=rules,
            schedule=schedule,
            heal_schedule=heal_schedule,
            alerts=Alerting.alerts,
            recorder=attempt_recorder,
            lease=lease,
            worker=providers.Callable(build_scoring.worker),
        ),
    )
    heal_degraded_scores: providers.Factory[HealDegradedScores] = providers.Factory(
        build_tracing.heal_degraded_scores,
        Tracing.tracer,
        providers.Factory(
            HealDegradedScores,
            unit_of_work=Database.unit_of_work,
            logs=Logs.logs,
            encoder=Foundation.encoder,
            analysis=Analysts.analysis,
            memory=memory,
            clock=Foundation.clock,
            dice=Foundation.dice,
            rules=rules,
            schedule=heal_schedule,
            lease=providers.Callable(build_scoring.heal_lease, Foundation.settings),
        ),
    )
    recalculate_scores: providers.Factory[RecalculateScores] = providers.Factory(
        RecalculateScores, unit_of_work=Database.unit_of_work, clock=Foundation.clock
    )
    check_scoring_request: providers.Factory[CheckScoringRequest] = providers.Factory(
        CheckScoringRequest, unit_of_work=Database.unit_of_work, clock=Foundation.clock
    )
    preview_score: providers.Factory[PreviewScore] = providers.Factory(
        PreviewScore,
        unit_of_work=Database.unit_of_work,
        logs=Logs.logs,
        encoder=Foundation.encoder,
        analysis=providers.Factory(
            Analysis,
            analyst=Analysts.watched_analyst,
            memories=providers.Callable(build_scoring.preview_memories, Analysts.memories),
            limit=limits.PREVIEW_LIMIT,
        ),
        rules=rules,
    )
