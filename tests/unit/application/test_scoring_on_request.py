"""Previewing a score, and asking for one now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from application.errors import (
    AnalystUnavailable,
    BeingProcessed,
    ConversationNotFound,
    LogUnavailable,
    NotToBeScored,
    UserMismatch,
)
from application.use_cases.calculate_score import ScoringOutcome
from domain.emotion import SessionEmotion
from domain.event_status import EventStatus
from domain.identifiers import ConversationId, UserId
from domain.signals import Component, Signals
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from tests.examples import USER, a_reported_conversation
from tests.unit.application.analysts import PatientAnalyst
from tests.unit.application.operating import (
    a_failed_event,
    a_recorded_event,
    changed,
    checking_requests,
    previewing,
)
from tests.unit.application.world import LEASE, World

CONVERSATION = ConversationId("conv_0001")


def _curious() -> ScriptedAnalyst:
    return ScriptedAnalyst(questions=(2,), emotions=(SessionEmotion.INTERESTING,))


def _everything(world: World) -> Mapping[str, object]:
    tables = world.database.tables
    return {"events": dict(tables.events), "attempts": dict(tables.attempts), "ledger": list(tables.ledger)}


async def test_a_preview_tells_the_score_and_changes_nothing() -> None:
    world = World(analyst=_curious())
    await a_recorded_event(world)
    before = _everything(world)

    preview = await previewing(world)(CONVERSATION)

    assert not preview.is_applied
    # Three turns, two questions, interesting.
    assert preview.score.final_score_change == 24.0
    assert _everything(world) == before


async def test_a_preview_asks_for_no_memories_and_says_so() -> None:
    memories = ScriptedMemories(counts=(3,))
    world = World(analyst=_curious(), memories=memories)
    await a_recorded_event(world)

    preview = await previewing(world)(CONVERSATION)

    assert memories.asked == []
    assert preview.score.degraded == (Component.MEMORIES,)


async def test_a_preview_of_a_lesson_misses_no_memories() -> None:
    world = World(analyst=_curious())
    await world.recorded(reported=a_reported_conversation(bot_type="NEXT_LESSON"))

    assert (await previewing(world)(CONVERSATION)).score.degraded == ()


async def test_a_preview_counts_what_an_earlier_attempt_learnt() -> None:
    world = World(analyst=_curious())
    event = await a_failed_event(world)
    world.database.tables.events[event.event_id] = replace(event, signals=Signals(questions=1, memories=4))

    score = (await previewing(world)(CONVERSATION)).score

    assert (score.user_initiated_questions, score.new_memories_count, score.degraded) == (1, 4, ())


async def test_a_preview_of_a_scored_conversation_is_the_score_it_has() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(1, 3)))
    event = await a_recorded_event(world)
    await world.score(event.event_id)

    preview = await previewing(world)(CONVERSATION)

    assert preview.is_applied
    assert preview.score == world.event(event.event_id).score


@pytest.mark.parametrize(
    "analyst", [PatientAnalyst(), ScriptedAnalyst(questions=(AnalystUnavailable(),), emotions=(AnalystUnavailable(),))]
)
async def test_a_preview_without_answers_tells_what_is_missing(analyst: PatientAnalyst | ScriptedAnalyst) -> None:
    world = World()
    await a_recorded_event(world)

    score = (await previewing(world, analyst)(CONVERSATION)).score

    assert (score.final_score_change, set(score.degraded)) == (3.0, set(Component))


async def test_there_is_no_preview_of_what_is_not_there() -> None:
    world = World()
    with pytest.raises(ConversationNotFound):
        await previewing(world)(CONVERSATION)

    event = await a_recorded_event(world)
    del world.database.tables.logs[event.event_id]
    with pytest.raises(LogUnavailable):
        await previewing(world)(CONVERSATION)


@pytest.mark.parametrize("status", [EventStatus.PENDING, EventStatus.FAILED, EventStatus.PROCESSED])
async def test_a_request_for_a_conversation_of_the_user_is_fine(status: EventStatus) -> None:
    world = World()
    event = changed(world, (await a_recorded_event(world)).event_id, status)

    assert await checking_requests(world)(CONVERSATION, USER) == event


async def test_a_request_must_name_a_conversation_and_its_user() -> None:
    world = World()
    with pytest.raises(ConversationNotFound):
        await checking_requests(world)(CONVERSATION, USER)

    await a_recorded_event(world)
    with pytest.raises(UserMismatch):
        await checking_requests(world)(CONVERSATION, UserId("user_7"))


@pytest.mark.parametrize("status", [EventStatus.SKIPPED, EventStatus.PERMANENTLY_FAILED])
async def test_what_a_person_has_to_decide_is_not_scored_on_request(status: EventStatus) -> None:
    world = World()
    changed(world, (await a_recorded_event(world)).event_id, status)

    with pytest.raises(NotToBeScored):
        await checking_requests(world)(CONVERSATION, USER)


async def test_a_held_conversation_is_not_scored_on_request_unless_its_worker_is_gone() -> None:
    world = World()
    event = await a_recorded_event(world)
    async with world.unit_of_work() as work:
        await work.events.claim(event.event_id, worker="other", now=world.clock.now(), lease=LEASE)
        await work.commit()

    with pytest.raises(BeingProcessed):
        await checking_requests(world)(CONVERSATION, USER)

    world.clock.advance(LEASE)
    assert (await checking_requests(world)(CONVERSATION, USER)).event_id == event.event_id


async def test_a_conversation_is_scored_before_its_time_only_when_asked_for() -> None:
    world = World()
    event = await a_failed_event(world)

    assert await world.score(event.event_id) is ScoringOutcome.NOT_DUE
    assert await world.scoring()(event.event_id, early=True) is ScoringOutcome.PROCESSED
    assert await world.scoring()(event.event_id, early=True) is ScoringOutcome.NOT_DUE
    assert len(world.ledger) == 1


async def test_asking_early_takes_nothing_from_a_worker() -> None:
    world = World()
    event = await a_recorded_event(world)
    async with world.unit_of_work() as work:
        await work.events.claim(event.event_id, worker="other", now=world.clock.now(), lease=LEASE)
        await work.commit()

    world.clock.advance(LEASE - timedelta(seconds=1))

    assert await world.scoring()(event.event_id, early=True) is ScoringOutcome.NOT_DUE
