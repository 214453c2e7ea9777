from dataclasses import replace
from datetime import timedelta

from application.ports.conversation_events import EventFilter
from application.use_cases.recalculate_scores import RecalculatedScores, RecalculateScores, RecalculateScoresCommand
from domain.emotion import SessionEmotion
from domain.identifiers import TopicId
from domain.ledger import LedgerReason
from domain.scoring import ScoringRules
from infrastructure.in_memory.analyst import ScriptedAnalyst
from tests.examples import P1, P2, USER, a_reported_conversation
from tests.unit.application.operating import verifying
from tests.unit.application.world import World

GENEROUS = ScoringRules(points_per_question=100.0)
STRICT = ScoringRules(points_per_turn=0.0, points_per_question=0.0)


async def _talked(world: World, *users: str) -> None:
    """Each conversation has three turns and two questions, and is worth 9 points."""
    world.analyst = ScriptedAnalyst(questions=(2,), emotions=(SessionEmotion.HAPPY,))
    for number, user in enumerate(users):
        await world.score(await world.recorded(reported=a_reported_conversation(f"conv_{number}", user_id=user)))


async def _recalculated(
    world: World, rules: ScoringRules, wanted: EventFilter | None = None, *, dry_run: bool = False
) -> list[RecalculatedScores]:
    recalculate = RecalculateScores(unit_of_work=world.unit_of_work, clock=world.clock)
    command = RecalculateScoresCommand(rules=rules, wanted=wanted or EventFilter(), dry_run=dry_run)
    return [user async for user in recalculate(command)]


async def _is_right(world: World) -> bool:
    return not [found async for check in verifying(world)() for found in check.differences]


async def test_corrections_hold_the_difference_and_history_stays() -> None:
    world = World()
    await _talked(world, USER, USER, USER)
    history = list(world.ledger)

    (done,) = await _recalculated(world, GENEROUS)

    assert (done.events, done.rescored, done.corrections, done.difference) == (3, 3, 3, 582.0)
    assert list(world.ledger[:3]) == history
    assert {(entry.revision, entry.change, entry.turns, entry.reason) for entry in world.ledger[3:]} == {
        (1, 194.0, 0, LedgerReason.RECALCULATED)
    }
    assert {entry.rules_version for entry in world.ledger[3:]} == {GENEROUS.version}
    assert {event.score and event.score.final_score_change for event in world.database.tables.events.values()} == {203}
    assert world.friendship().score == 609.0
    assert await _is_right(world)


async def test_levels_that_change_are_told() -> None:
    world = World()
    await _talked(world, USER, USER, USER)

    (up,) = await _recalculated(world, GENEROUS)
    (down,) = await _recalculated(world, STRICT)

    assert up.levels == [(None, P1, P2), (TopicId("movie"), P1, P2)]
    assert down.levels == [(None, P2, P1), (TopicId("movie"), P2, P1)]
    assert (down.difference, world.friendship().score) == (-609.0, 0.0)
    assert await _is_right(world)


async def test_a_second_run_writes_nothing() -> None:
    world = World()
    await _talked(world, USER, "user_7")
    await _recalculated(world, GENEROUS)
    tables = world.database.tables

    again = await _recalculated(world, GENEROUS)

    assert [(user.events, user.rescored, user.corrections, user.difference) for user in again] == [(1, 0, 0, 0.0)] * 2
    assert world.database.tables == tables


async def test_there_and_back_again_is_where_it_was() -> None:
    world = World()
    await _talked(world, USER, USER)
    before = world.friendship()

    await _recalculated(world, GENEROUS)
    await _recalculated(world, ScoringRules())

    assert world.friendship() == before
    assert [entry.revision for entry in world.ledger] == [0, 0, 1, 1, 2, 2]


async def test_rules_under_which_it_counts_the_same_leave_the_ledger_alone() -> None:
    world, same = World(), ScoringRules(points_per_memory=50.0)
    await _talked(world, USER)

    (done,) = await _recalculated(world, same)

    assert (done.rescored, done.corrections, len(world.ledger)) == (1, 0, 1)
    assert [event.score and event.score.rules_version for event in world.database.tables.events.values()] == [
        same.version
    ]


async def test_a_dry_run_tells_the_same_and_writes_nothing() -> None:
    world = World()
    await _talked(world, USER, "user_7", USER)
    tables = world.database.tables

    told = await _recalculated(world, GENEROUS, dry_run=True)
    untouched = world.database.tables == tables

    assert untouched
    assert told == await _recalculated(world, GENEROUS)


async def test_only_the_conversations_that_are_meant_are_corrected() -> None:
    world = World()
    await _talked(world, USER, "user_7")
    since = world.clock.now() + timedelta(days=1)
    world.clock.advance(timedelta(days=2))
    await world.score(await world.recorded(reported=a_reported_conversation("conv_later")))

    of_user = await _recalculated(world, GENEROUS, EventFilter(user_id=USER, until=since))
    of_time = await _recalculated(world, STRICT, EventFilter(since=since))

    assert [(user.user_id, user.events) for user in (*of_user, *of_time)] == [(USER, 1), (USER, 1)]
    assert world.friendship().score == 203.0
    assert await _is_right(world)


async def test_a_conversation_that_waits_for_its_score_has_none_to_correct() -> None:
    world = World()
    await world.recorded()

    assert await _recalculated(world, GENEROUS) == []


async def test_what_the_clamp_took_is_not_given_back_twice() -> None:
    world = World(analyst=ScriptedAnalyst(emotions=(SessionEmotion.BORING,)))
    await world.score(await world.recorded())

    await _recalculated(world, replace(ScoringRules(), boring_bonus=-1.0))
    lenient = world.friendship().score
    await _recalculated(world, ScoringRules())

    assert (lenient, world.friendship().score) == (2.0, 0.0)
    assert await _is_right(world)
