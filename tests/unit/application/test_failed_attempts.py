"""CalculateScore: what happens when a part of the analysis fails, and what is kept for the next attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from application.errors import AnalystUnavailable, MemoriesRefused, MemoriesTimedOut, MemoriesUnavailable
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from application.use_cases.calculate_score import ScoringOutcome
from domain.emotion import SessionEmotion
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.identifiers import EventId
from domain.signals import Component
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.switched_off.analyst import NoAnalyst, NoMemories
from tests.examples import a_reported_conversation
from tests.unit.application.analysts import HangingMemories, PatientAnalyst
from tests.unit.application.world import LEASE, World

AWAY = AnalystUnavailable("told to be away")
TIMED_OUT, UNAVAILABLE, REFUSED = MemoriesTimedOut("late"), MemoriesUnavailable("away"), MemoriesRefused("no")
INTERESTING = SessionEmotion.INTERESTING
HOURS_TO_WAIT = [6, 12, 24, 48, 48]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """3 turns, of which 2 questions, interesting, 1 memory, unless said: 3 + 6 + 15 + 5."""

    analyst: Callable[[], ConversationAnalyst] = lambda: ScriptedAnalyst(questions=[2], emotions=[INTERESTING])
    memories: Callable[[], MemoryExtractor] = lambda: ScriptedMemories(counts=[1])
    bot_type: str = "TALK"
    change: float = 29.0
    degraded: set[Component] = field(default_factory=set)


SCORED = {
    "all is well": Case(),
    "analysis is switched off": Case(analyst=NoAnalyst, change=8.0),
    "questions cannot be counted": Case(
        analyst=lambda: ScriptedAnalyst(questions=[AWAY], emotions=[INTERESTING]),
        change=23.0,
        degraded={Component.QUESTIONS},
    ),
    "the emotion cannot be heard": Case(
        analyst=lambda: ScriptedAnalyst(questions=[2], emotions=[AWAY]), change=14.0, degraded={Component.EMOTION}
    ),
    "neither can": Case(
        analyst=lambda: ScriptedAnalyst(questions=[AWAY], emotions=[AWAY]),
        change=8.0,
        degraded={Component.QUESTIONS, Component.EMOTION},
    ),
    "more questions than the child said anything": Case(
        analyst=lambda: ScriptedAnalyst(questions=[4], emotions=[INTERESTING]),
        change=23.0,
        degraded={Component.QUESTIONS},
    ),
    "fewer questions than none": Case(
        analyst=lambda: ScriptedAnalyst(questions=[-1], emotions=[INTERESTING]),
        change=23.0,
        degraded={Component.QUESTIONS},
    ),
    "there is no memory service": Case(memories=NoMemories, change=24.0),
    "a lesson never asks for memories": Case(bot_type="next lesson", change=24.0),
    "a lesson does not fail with the memory service": Case(
        bot_type="NEXT_LESSON", memories=lambda: ScriptedMemories(counts=[TIMED_OUT]), change=24.0
    ),
    "the memory service refuses": Case(
        memories=lambda: ScriptedMemories(counts=[REFUSED]), change=24.0, degraded={Component.MEMORIES}
    ),
}


@pytest.mark.parametrize("case", SCORED.values(), ids=SCORED.keys())
async def test_what_may_fail_counts_nothing_and_the_rest_is_scored(case: Case) -> None:
    world = World(analyst=case.analyst(), memories=case.memories())
    event_id = await world.recorded(reported=a_reported_conversation(bot_type=case.bot_type))

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.PROCESSED
    score = world.event(event_id).score
    assert score is not None
    assert (score.final_score_change, set(score.degraded)) == (case.change, case.degraded)
    assert world.friendship().score == case.change
    assert world.event(event_id).signals.degraded == case.degraded


@pytest.mark.parametrize(
    ("error", "code"),
    [(TIMED_OUT, FailureCode.MEMORY_API_TIMEOUT), (UNAVAILABLE, FailureCode.MEMORY_API_UNAVAILABLE)],
)
async def test_without_the_memory_service_the_event_waits_and_nothing_is_scored(
    error: Exception, code: FailureCode
) -> None:
    world = World(memories=ScriptedMemories(counts=[error]))
    event_id = await world.recorded()

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.FAILED
    event = world.event(event_id)
    assert (event.status, event.error_code, event.lease) == (EventStatus.FAILED, code, None)
    assert event.next_attempt_at == world.clock.now() + timedelta(hours=6)
    assert world.database.tables.friendships == {}
    assert list(world.ledger) == []
    (attempt,) = world.attempts(event_id)
    assert (attempt.outcome, attempt.error_code) == (AttemptOutcome.FAILED, code)
    assert (world.told_attempts.begun, world.told_attempts.over) == ([event_id], [(event_id, AttemptOutcome.FAILED)])


async def test_what_one_attempt_learnt_is_not_asked_again() -> None:
    analyst = ScriptedAnalyst(questions=[2, 0], emotions=[INTERESTING, SessionEmotion.BORING])
    memories = ScriptedMemories(counts=[TIMED_OUT, 1])
    world = World(analyst=analyst, memories=memories)
    event_id = await world.recorded()
    await world.score(event_id)
    learnt = world.event(event_id).signals
    world.clock.advance(timedelta(hours=6))

    await world.score(event_id)

    assert (learnt.questions, learnt.emotion, learnt.memories) == (2, INTERESTING, None)
    assert sorted(analyst.asked) == ["emotion", "questions"]
    assert len(memories.asked) == 2
    assert world.friendship().score == 29.0


async def test_memories_once_extracted_are_not_extracted_again() -> None:
    memories = ScriptedMemories(counts=[7])
    world = World(analyst=PatientAnalyst(), memories=memories, analysis_limit=timedelta(milliseconds=20))
    event_id = await world.recorded()
    await world.score(event_id)
    world.analyst = ScriptedAnalyst()
    world.clock.advance(timedelta(hours=6))

    await world.score(event_id)

    assert len(memories.asked) == 1
    assert world.friendship().score == 3.0 + 35.0


async def test_a_component_that_was_degraded_is_asked_again_by_the_next_attempt() -> None:
    analyst = ScriptedAnalyst(questions=[AWAY, 2], emotions=[INTERESTING])
    world = World(analyst=analyst, memories=ScriptedMemories(counts=[UNAVAILABLE, 1]))
    event_id = await world.recorded()
    await world.score(event_id)
    after_the_first = world.event(event_id).signals
    world.clock.advance(timedelta(hours=6))

    await world.score(event_id)

    assert after_the_first.degraded == {Component.QUESTIONS}
    assert world.event(event_id).signals.degraded == set()
    assert world.friendship().score == 29.0


async def test_an_analysis_that_takes_too_long_is_tried_again_with_what_was_heard_in_time() -> None:
    world = World(
        analyst=ScriptedAnalyst(questions=[2], emotions=[INTERESTING]),
        memories=HangingMemories(),
        analysis_limit=timedelta(milliseconds=20),
    )
    event_id = await world.recorded()

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.FAILED
    event = world.event(event_id)
    assert event.error_code is FailureCode.ANALYSIS_TIMEOUT
    assert event.signals.known == {Component.QUESTIONS, Component.EMOTION}


async def test_a_missing_log_is_tried_again() -> None:
    world = World()
    event_id = await world.recorded()
    del world.database.tables.logs[event_id]

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.FAILED
    assert world.event(event_id).error_code is FailureCode.CONVERSATION_LOG_UNAVAILABLE


async def test_an_unreadable_log_is_tried_again() -> None:
    world = World()
    event_id = await world.recorded()
    world.database.tables.logs[event_id] = b"scrambled"

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.FAILED
    assert world.event(event_id).error_code is FailureCode.CONVERSATION_LOG_UNAVAILABLE


async def test_something_unexpected_is_written_down_and_raised() -> None:
    world = World(memories=ScriptedMemories(counts=[ZeroDivisionError("secret text of a child")]))
    event_id = await world.recorded()

    with pytest.raises(ZeroDivisionError):
        await world.score(event_id)

    event = world.event(event_id)
    assert (event.status, event.error_code) == (EventStatus.FAILED, FailureCode.UNEXPECTED_ERROR)
    assert event.error_details == "ZeroDivisionError"
    assert list(world.ledger) == []


async def test_after_a_failure_the_event_succeeds_when_its_time_has_come() -> None:
    world = World(memories=ScriptedMemories(counts=[TIMED_OUT, 1]))
    event_id = await world.recorded()
    await world.score(event_id)
    world.clock.advance(timedelta(hours=6) - timedelta(seconds=1))

    too_early = await world.score(event_id)
    world.clock.advance(timedelta(seconds=1))
    in_time = await world.score(event_id)

    assert (too_early, in_time) == (ScoringOutcome.NOT_DUE, ScoringOutcome.PROCESSED)
    event = world.event(event_id)
    assert (event.error_code, event.error_details, event.attempt_count) == (None, None, 2)


async def test_the_sixth_failure_is_the_last() -> None:
    memories = ScriptedMemories(counts=[UNAVAILABLE])
    world = World(memories=memories)
    event_id = await world.recorded()

    waits = [await _hours_until_the_next(world, event_id) for _ in range(6)]

    assert waits == [*HOURS_TO_WAIT, None]
    assert world.event(event_id).status is EventStatus.PERMANENTLY_FAILED
    assert await world.score(event_id) is ScoringOutcome.NOT_DUE
    assert len(memories.asked) == len(world.attempts(event_id)) == 6


async def test_waits_are_spread_by_the_dice() -> None:
    world = World(memories=ScriptedMemories(counts=[UNAVAILABLE]))
    event_id = await world.recorded()
    world.dice.jitter = -1.0

    assert await _hours_until_the_next(world, event_id) == pytest.approx(4.8)
    world.dice.jitter = 1.0
    assert await _hours_until_the_next(world, event_id) == pytest.approx(14.4)


async def test_an_event_that_kills_its_workers_is_given_up_without_another_try() -> None:
    analyst = ScriptedAnalyst()
    world = World(analyst=analyst)
    event_id = await world.recorded()
    for _ in range(6):
        async with world.unit_of_work() as work:  # a worker that claims and dies
            await work.events.claim(event_id, worker="dying", now=world.clock.now(), lease=LEASE)
            await work.commit()
        world.clock.advance(LEASE)

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.FAILED
    event = world.event(event_id)
    assert (event.status, event.error_code) == (EventStatus.PERMANENTLY_FAILED, FailureCode.LEASE_EXPIRED)
    assert analyst.asked == []
    assert [attempt.outcome for attempt in world.attempts(event_id)] == [
        *[AttemptOutcome.LEASE_EXPIRED] * 6,
        AttemptOutcome.FAILED,
    ]


async def _hours_until_the_next(world: World, event_id: EventId) -> float | None:
    """Fails once more, and moves to the time of the next attempt."""
    assert await world.score(event_id) is ScoringOutcome.FAILED
    due = world.event(event_id).next_attempt_at
    if due is None:
        return None
    wait = due - world.clock.now()
    world.clock.advance(wait)
    return wait / timedelta(hours=1)
