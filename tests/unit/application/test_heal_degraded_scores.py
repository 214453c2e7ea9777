import asyncio
from datetime import timedelta

import pytest

from application.errors import AnalystUnavailable, MemoriesRefused, MemoriesTimedOut
from application.log_removal import LogRemoval
from application.use_cases.erase_user import EraseUser
from application.use_cases.heal_degraded_scores import HealCommand, HealedScore, HealOutcome
from domain.emotion import SessionEmotion
from domain.identifiers import ConversationId, EventId
from domain.ledger import LedgerReason
from domain.scoring import ScoringRules
from domain.signals import Component
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.in_memory.working_memory import FullMemory
from infrastructure.switched_off.analyst import NoAnalyst
from tests.examples import USER, a_reported_conversation
from tests.unit.application.analysts import PatientAnalyst
from tests.unit.application.world import HEAL_SCHEDULE, World

AWAY = AnalystUnavailable("told to be away")
FIRST_WAIT = timedelta(minutes=5)
EVER = timedelta(days=3)


async def _degraded(world: World, conversation: str = "conv_0001") -> EventId:
    """Scored while the analyst was away."""
    analyst = world.analyst
    world.analyst = ScriptedAnalyst(questions=(AWAY,), emotions=(AWAY,))
    event_id = await world.recorded(reported=a_reported_conversation(conversation))
    await world.score(event_id)
    world.analyst = analyst
    return event_id


async def _healed_after(world: World, wait: timedelta) -> list[HealedScore]:
    world.clock.advance(wait)
    return await world.heal()


async def test_what_could_not_be_analysed_is_looked_for_when_its_time_has_come_and_the_difference_counts() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(2,), emotions=(SessionEmotion.INTERESTING,)))
    event_id = await _degraded(world)

    too_early = await world.heal()
    (healed,) = await _healed_after(world, FIRST_WAIT)

    assert too_early == []
    assert (healed.outcome, healed.difference, healed.missing) == (HealOutcome.HEALED, 21.0, frozenset())
    first, correction = world.ledger
    assert (first.change, first.revision, first.reason) == (3.0, 0, LedgerReason.SCORED)
    assert (correction.change, correction.revision, correction.reason) == (21.0, 1, LedgerReason.HEALED)
    assert (correction.turns, correction.topic_id) == (0, first.topic_id)
    event = world.event(event_id)
    assert event.score is not None
    assert (event.score.final_score_change, event.score.degraded) == (24.0, ())
    assert event.score.providers[Component.QUESTIONS] == "scripted"
    assert world.friendship().score == 24.0
    assert world.friendship().last_emotion is SessionEmotion.INTERESTING
    assert await _healed_after(world, EVER) == []


async def test_only_what_is_missing_is_asked_for() -> None:
    world = World(memories=ScriptedMemories(counts=(2,)))
    world.analyst = analyst = ScriptedAnalyst(questions=(AWAY, 1), emotions=(SessionEmotion.HAPPY,))
    await world.score(await world.recorded())

    await _healed_after(world, FIRST_WAIT)

    assert analyst.asked == ["questions", "emotion", "questions"]
    assert world.memories == ScriptedMemories(counts=(2,), asked=[ConversationId("conv_0001")])


async def test_memories_that_were_refused_are_asked_for_again_and_a_timeout_then_is_no_failure_of_the_event() -> None:
    world = World(memories=ScriptedMemories(counts=(MemoriesRefused(), MemoriesTimedOut(), 2)))
    await world.score(await world.recorded())

    (put_off,) = await _healed_after(world, FIRST_WAIT)
    (healed,) = await _healed_after(world, EVER)

    assert (put_off.outcome, healed.outcome, healed.difference) == (HealOutcome.PUT_OFF, HealOutcome.HEALED, 10.0)


async def test_a_part_that_is_learnt_counts_at_once_and_the_rest_is_looked_for_again() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(2,), emotions=(AWAY, SessionEmotion.INTERESTING)))
    await _degraded(world)

    (partly,) = await _healed_after(world, FIRST_WAIT)
    (wholly,) = await _healed_after(world, 2 * FIRST_WAIT)

    assert (partly.outcome, partly.difference) == (HealOutcome.PARTLY_HEALED, 6.0)
    assert partly.missing == {Component.EMOTION}
    assert (wholly.outcome, wholly.difference) == (HealOutcome.HEALED, 15.0)
    assert [entry.revision for entry in world.ledger] == [0, 1, 2]


async def test_waits_grow_and_the_tries_are_bounded_but_a_person_may_still_ask() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(AWAY,), emotions=(AWAY,)))
    event_id = await _degraded(world)

    tries = [(await _healed_after(world, EVER))[0] for _ in range(HEAL_SCHEDULE.max_retries)]
    waits = [healed.again_at - world.clock.now() for healed in tries if healed.again_at]

    assert [healed.outcome for healed in tries] == [HealOutcome.PUT_OFF] * 11 + [HealOutcome.GIVEN_UP]
    assert waits == sorted(waits)
    assert await _healed_after(world, EVER) == []
    assert world.event(event_id).signals.degraded == {Component.QUESTIONS, Component.EMOTION}
    world.analyst = ScriptedAnalyst(questions=(2,))
    (asked,) = await world.heal(HealCommand(early=True))
    assert (asked.outcome, asked.difference) == (HealOutcome.HEALED, 6.0)


async def test_a_healed_score_that_comes_to_the_same_leaves_the_ledger_alone() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(0,), emotions=(SessionEmotion.SAD,)))
    await _degraded(world)

    (healed,) = await _healed_after(world, FIRST_WAIT)

    assert (healed.outcome, healed.difference, len(world.ledger)) == (HealOutcome.HEALED, 0.0, 1)
    assert world.friendship().last_emotion is SessionEmotion.SAD


async def test_an_emotion_heard_late_does_not_replace_that_of_a_conversation_counted_after_it() -> None:
    world = World(analyst=ScriptedAnalyst(emotions=(SessionEmotion.HAPPY, SessionEmotion.ANGRY)))
    await _degraded(world, "conv_1")
    await world.score(await world.recorded(reported=a_reported_conversation("conv_2")))

    await _healed_after(world, FIRST_WAIT)

    assert world.friendship().last_emotion is SessionEmotion.HAPPY


async def test_the_rules_are_those_of_the_first_scoring() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(2,)))
    await _degraded(world)
    world.clock.advance(FIRST_WAIT)
    healer = world.healing(rules=ScoringRules(points_per_question=100.0))

    (healed,) = [healed async for healed in healer(HealCommand())]

    assert healed.difference == 6.0
    assert world.ledger[1].rules_version == world.ledger[0].rules_version


async def test_a_dry_run_asks_nobody_and_writes_nothing() -> None:
    world = World(analyst=(analyst := ScriptedAnalyst()))
    event_id = await _degraded(world)
    before = world.event(event_id)

    (told,) = await world.heal(HealCommand(early=True, dry_run=True))

    assert (told.outcome, told.event) == (HealOutcome.WOULD_ASK, before)
    assert (analyst.asked, world.event(event_id)) == ([], before)


async def test_a_person_may_ask_for_one_user_and_for_a_number() -> None:
    world = World()
    await _degraded(world, "conv_1")
    await world.score(await world.recorded(reported=a_reported_conversation("conv_2", user_id="user_7")))
    for number in range(3, 6):
        await _degraded(world, f"conv_{number}")

    others = await world.heal(HealCommand(early=True, user_id=USER, limit=2))

    assert [healed.event.conversation_id for healed in others] == ["conv_1", "conv_3"]


async def test_a_log_that_cannot_be_read_is_tried_again() -> None:
    world = World()
    event_id = await _degraded(world)
    log = world.database.tables.logs.pop(event_id)

    (put_off,) = await _healed_after(world, FIRST_WAIT)
    world.database.tables.logs[event_id] = log
    (healed,) = await _healed_after(world, EVER)

    assert (put_off.outcome, healed.outcome) == (HealOutcome.PUT_OFF, HealOutcome.HEALED)


async def test_with_analysis_switched_off_nothing_is_learnt() -> None:
    world = World(analyst=NoAnalyst())
    await _degraded(world)

    assert [healed.outcome for healed in await _healed_after(world, FIRST_WAIT)] == [HealOutcome.PUT_OFF]


async def test_what_is_too_large_for_now_is_left_to_another_time() -> None:
    world = World()
    event_id = await _degraded(world)
    world.clock.advance(FIRST_WAIT)

    outcomes = [healed.outcome async for healed in world.healing(memory=FullMemory())(HealCommand())]

    assert (outcomes, world.event(event_id).healing.tries) == ([HealOutcome.NO_ROOM], 0)


async def test_something_unexpected_is_loud_and_does_not_keep_the_event() -> None:
    world = World(analyst=ScriptedAnalyst(questions=(ZeroDivisionError("a bug"),)))
    event_id = await _degraded(world)

    with pytest.raises(ZeroDivisionError):
        await _healed_after(world, FIRST_WAIT)

    assert world.event(event_id).healing.leased_until is None
    assert world.event(event_id).healing.due_at == world.clock.now() + 2 * FIRST_WAIT


async def _while_analysing(world: World) -> tuple[asyncio.Task[list[HealedScore]], PatientAnalyst]:
    """A healer in the middle of its analysis."""
    world.analyst = analyst = PatientAnalyst()
    healing = asyncio.create_task(_healed_after(world, FIRST_WAIT))
    await asyncio.wait_for(analyst.asked.wait(), 5)
    return healing, analyst


async def test_a_healer_that_is_told_to_stop_hands_the_event_back() -> None:
    world = World()
    event_id = await _degraded(world)
    healing, _ = await _while_analysing(world)

    healing.cancel()
    await asyncio.gather(healing, return_exceptions=True)

    assert world.event(event_id).healing.is_due(world.clock.now())


async def test_a_healer_that_was_frozen_finds_that_another_was_there() -> None:
    world = World()
    await _degraded(world)
    healing, analyst = await _while_analysing(world)
    world.clock.advance(timedelta(minutes=5))
    world.analyst = ScriptedAnalyst(questions=(2,))

    (other,) = await world.heal()
    analyst.released.set()
    (zombie,) = await healing

    assert (other.outcome, zombie.outcome) == (HealOutcome.HEALED, HealOutcome.TAKEN)
    assert [entry.change for entry in world.ledger] == [3.0, 6.0]


async def test_no_transaction_is_open_while_a_healer_analyses_and_others_score_the_same_user() -> None:
    world = World()
    await _degraded(world)
    healing, analyst = await _while_analysing(world)

    scored = await world.recorded(reported=a_reported_conversation("conv_2"))
    await world.scoring(analyst=ScriptedAnalyst(questions=(1,)))(scored)
    analyst.released.set()
    await healing

    assert [entry.change for entry in world.ledger] == [3.0, 6.0, 3.0]
    assert world.friendship().score == 12.0


async def test_a_child_erased_while_a_healer_analyses_stays_erased() -> None:
    world = World()
    await _degraded(world)
    healing, analyst = await _while_analysing(world)
    minute = timedelta(minutes=1)
    removal = LogRemoval(unit_of_work=world.unit_of_work, logs=world.logs)
    erase = EraseUser(
        unit_of_work=world.unit_of_work, removal=removal, clock=world.clock, patience=minute, logs_again_after=minute
    )

    await erase(USER)
    analyst.released.set()
    (late,) = await healing

    assert late.outcome is HealOutcome.TAKEN
    assert (world.database.tables.friendships, world.database.tables.events, world.ledger) == ({}, {}, [])
