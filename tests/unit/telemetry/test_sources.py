"""What each source tells, and that it lets the answer or the error through as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from application.errors import (
    AnalystOverRate,
    AnalystTimedOut,
    AnalystUnavailable,
    DependencyUnavailable,
    MemoriesRefused,
    MemoriesTimedOut,
    MemoriesUnavailable,
    PoolExhausted,
    QueryTimedOut,
)
from application.ports.conversation_events import Backlog
from application.ports.health import DatabaseProbe, PoolUse
from domain.alert import AlertComponent
from domain.conversation import Conversation
from domain.event_status import EventStatus
from domain.identifiers import ConversationId, UserId
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.in_memory.announcer import RememberingPublisher
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.telemetry.analyst import WatchedAnalyst
from infrastructure.telemetry.breaker import BreakerAlarm
from infrastructure.telemetry.database import SLOW_SECONDS, DatabaseAlarm
from infrastructure.telemetry.dead_letters import PoisonAlarm
from infrastructure.telemetry.memories import WatchedMemories
from infrastructure.telemetry.publisher import WatchedPublisher
from infrastructure.telemetry.rounds import BacklogCheck, Check, InFlightCheck, PoolCheck, Rounds
from tests.contracts.queues import an_announcement

NOTHING_SAID = Conversation(utterances=())


@dataclass(slots=True, kw_only=True)
class FixedProbe(DatabaseProbe):
    due: int = 0
    in_use: int = 0
    reachable: bool = True

    async def backlog(self) -> Backlog:
        if not self.reachable:
            raise DependencyUnavailable("told to be away")
        return Backlog(due=self.due, oldest_due_seconds=0.0, permanently_failed=0)

    async def open_events(self) -> Mapping[EventStatus, int]:
        return {}

    def pool(self) -> PoolUse:
        return PoolUse(size=5, checked_out=self.in_use, overflow=0)


def _told(alerts: RememberingAlerts) -> list[tuple[str, str, str]]:
    return [(alert.type.value, alert.level.value, alert.component.value) for alert in alerts.raised]


@pytest.mark.parametrize(
    ("error", "kind", "level"),
    [
        (PoolExhausted("no connection"), "POSTGRES_POOL_EXHAUSTED", "CRITICAL"),
        (QueryTimedOut("too long"), "POSTGRES_QUERY_TIMEOUT", "MEDIUM"),
        (DependencyUnavailable("away"), "POSTGRES_UNAVAILABLE", "CRITICAL"),
    ],
)
def test_a_database_that_fails_is_told(error: DependencyUnavailable, kind: str, level: str) -> None:
    alerts = RememberingAlerts()

    DatabaseAlarm(alerts=alerts).failed(error)

    assert _told(alerts) == [(kind, level, "database")]


def test_a_slow_statement_is_told_and_a_quick_one_is_not() -> None:
    alerts = RememberingAlerts()
    alarm = DatabaseAlarm(alerts=alerts)

    alarm.ran(SLOW_SECONDS, "SELECT 1", answered=True)
    assert alerts.raised == []

    with capture_logs() as lines:
        alarm.ran(SLOW_SECONDS + 1, "SELECT\n  :what", answered=True)
    assert _told(alerts) == [("SLOW_DATABASE_QUERY", "LOW", "database")]
    assert [(line["event"], line["statement"]) for line in lines] == [("slow query", "SELECT :what")]


def test_a_slow_statement_that_failed_is_logged_and_the_failure_is_told_by_another() -> None:
    alerts = RememberingAlerts()

    with capture_logs() as lines:
        DatabaseAlarm(alerts=alerts).ran(SLOW_SECONDS + 1, "SELECT 1", answered=False)

    assert alerts.raised == []
    assert [(line["event"], line["answered"]) for line in lines] == [("slow query", False)]


def test_a_breaker_is_told_when_it_opens_and_when_it_closes() -> None:
    alerts, seconds = RememberingAlerts(), [0.0]
    told = BreakerAlarm(component=AlertComponent.LLM, alerts=alerts)
    breaker = CircuitBreaker(threshold=1, cooldown=timedelta(seconds=10), monotonic=lambda: seconds[0], on_change=told)

    with pytest.raises(ZeroDivisionError), breaker.guard():
        raise ZeroDivisionError
    seconds[0] = 10.0
    with breaker.guard():
        pass

    assert _told(alerts) == [("CIRCUIT_OPEN", "CRITICAL", "llm"), ("CIRCUIT_OPEN", "INFO", "llm")]


async def test_an_announcement_that_is_not_taken_is_told() -> None:
    alerts, publisher = RememberingAlerts(), RememberingPublisher(reachable=False)

    with pytest.raises(DependencyUnavailable):
        await WatchedPublisher(publisher=publisher, alerts=alerts).publish(an_announcement())

    assert _told(alerts) == [("QUEUE_UNAVAILABLE", "HIGH", "broker")]


async def test_an_announcement_that_is_taken_is_not_told() -> None:
    alerts, publisher = RememberingAlerts(), RememberingPublisher()

    await WatchedPublisher(publisher=publisher, alerts=alerts).publish(an_announcement())

    assert (publisher.published, alerts.raised) == ([an_announcement()], [])


def test_a_message_put_away_is_told() -> None:
    alerts = RememberingAlerts()

    PoisonAlarm(alerts=alerts)("not JSON")

    assert _told(alerts) == [("POISON_MESSAGE", "HIGH", "consumer")]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AnalystTimedOut("no answer"), [("LLM_TIMEOUT", "HIGH", "llm")]),
        (AnalystOverRate("too often"), [("LLM_RATE_LIMIT", "HIGH", "llm")]),
        (AnalystUnavailable("nonsense"), []),
    ],
)
async def test_a_part_that_could_not_be_had_is_told(error: Exception, expected: list[tuple[str, str, str]]) -> None:
    alerts = RememberingAlerts()
    analyst = WatchedAnalyst(analyst=ScriptedAnalyst(questions=[error], emotions=[error]), alerts=alerts)

    for ask, part in ((analyst.count_questions, "questions"), (analyst.hear_emotion, "emotion")):
        alerts.raised.clear()
        with pytest.raises(type(error)):
            await ask(NOTHING_SAID)
        assert _told(alerts) == [*expected, ("ANALYSIS_DEGRADED", "LOW", part)]


async def test_what_the_analyst_answers_goes_through() -> None:
    alerts = RememberingAlerts()
    analyst = WatchedAnalyst(analyst=ScriptedAnalyst(questions=[3]), alerts=alerts)

    assert (await analyst.count_questions(NOTHING_SAID), analyst.provider, alerts.raised) == (3, "scripted", [])


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoriesTimedOut("late"), [("EXTERNAL_API_TIMEOUT", "HIGH", "memory service")]),
        (MemoriesRefused("no"), [("ANALYSIS_DEGRADED", "LOW", "memories")]),
        (MemoriesUnavailable("away"), []),
    ],
)
async def test_a_memory_service_in_trouble_is_told(error: Exception, expected: list[tuple[str, str, str]]) -> None:
    alerts = RememberingAlerts()
    memories = WatchedMemories(memories=ScriptedMemories(counts=[error]), alerts=alerts)

    with pytest.raises(type(error)):
        await memories.extract(UserId("user_42"), ConversationId("conv_1"), NOTHING_SAID)

    assert _told(alerts) == expected
    assert {alert.conversation_id for alert in alerts.raised} <= {"conv_1"}


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((PoolCheck(probe=FixedProbe(in_use=8), capacity=10),), []),
        ((PoolCheck(probe=FixedProbe(in_use=9), capacity=10),), [("POSTGRES_POOL_EXHAUSTED", "HIGH", "database")]),
        ((BacklogCheck(probe=FixedProbe(due=1000)),), []),
        ((BacklogCheck(probe=FixedProbe(due=1001)),), [("QUEUE_BACKLOG", "HIGH", "events")]),
        ((InFlightCheck(in_use_bytes=lambda: 79, capacity_bytes=100, threshold=0.8),), []),
        (
            (InFlightCheck(in_use_bytes=lambda: 80, capacity_bytes=100, threshold=0.8),),
            [("QUEUE_BACKLOG", "HIGH", "consumer")],
        ),
        (
            (BacklogCheck(probe=FixedProbe(reachable=False)), BacklogCheck(probe=FixedProbe(due=1001))),
            [("QUEUE_BACKLOG", "HIGH", "events")],
        ),
    ],
)
async def test_rounds_tell_what_they_find(checks: Sequence[Check], expected: list[tuple[str, str, str]]) -> None:
    alerts = RememberingAlerts()

    await Rounds(checks=tuple(checks), alerts=alerts, every_seconds=1.0).check()

    assert _told(alerts) == expected
