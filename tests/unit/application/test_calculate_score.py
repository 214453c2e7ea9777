"""CalculateScore: what a conversation is worth, and that it counts once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.use_cases.calculate_score import ScoringOutcome
from domain.emotion import SessionEmotion
from domain.event_status import AttemptOutcome, EventStatus
from domain.friendship import Friendship
from domain.identifiers import BotId, EventId, TopicId, UserId
from domain.ledger import LedgerEntry, LedgerReason
from domain.scoring import ScoringRules
from domain.signals import Component
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.in_memory.working_memory import FullMemory
from tests.examples import ENDED, P1, P2, USER, a_catalogue, a_friendship, a_reported_conversation, an_agenda
from tests.unit.application.analysts import WritingAnalyst
from tests.unit.application.world import World

GUARD_SECONDS = 10


def _hearing(*, questions: int = 0, emotion: SessionEmotion = SessionEmotion.NEUTRAL, memories: int = 0) -> World:
    return World(
        analyst=ScriptedAnalyst(questions=[questions], emotions=[emotion]),
        memories=ScriptedMemories(counts=[memories]),
    )


@pytest.mark.parametrize(
    ("said", "questions", "emotion", "memories", "change"),
    [
        ("pu pu up", 1, SessionEmotion.INTERESTING, 7, 56.0),
        ("pu pu up", 2, SessionEmotion.INTERESTING, 1, 29.0),
        ("pppp pppp", 0, SessionEmotion.NEUTRAL, 0, 0.0),
        ("pu", 1, SessionEmotion.BORING, 0, 0.0),
        ("", 0, SessionEmotion.NEUTRAL, 0, 0.0),
    ],
)
async def test_a_conversation_is_worth_its_turns_questions_mood_and_memories(
    said: str, questions: int, emotion: SessionEmotion, memories: int, change: float
) -> None:
    world = _hearing(questions=questions, emotion=emotion, memories=memories)
    event_id = await world.recorded(said)

    outcome = await world.score(event_id)

    assert outcome is ScoringOutcome.PROCESSED
    assert world.friendship().score == change
    assert [entry.change for entry in world.ledger] == [change]
    score = world.event(event_id).score
    assert score is not None
    assert score.final_score_change == change


async def test_no_transaction_is_open_while_something_is_analysed() -> None:
    world = World()
    analyst = WritingAnalyst(unit_of_work=world.unit_of_work)  # would wait for ever for an open one to end

    async with asyncio.timeout(GUARD_SECONDS):
        outcome = await world.scoring(analyst=analyst)(await world.recorded())

    assert outcome is ScoringOutcome.PROCESSED


async def test_two_bot_lines_and_two_empty_ones_are_worth_nothing_and_keep_two_items() -> None:
    world = World()
    lines = [{"character": "BOT_RESPONSE_CONVERSATION", "content": text} for text in ("Chào!", "", "Bye", "  ")]
    event = (await world.record_items(lines)).event

    await world.score(event.event_id)

    assert event.log.utterances == 2
    assert world.friendship().score == 0.0


async def test_a_processed_event_tells_everything_about_its_score() -> None:
    world = _hearing(questions=1, emotion=SessionEmotion.INTERESTING, memories=7)
    world.befriend(a_friendship(score=450.0))
    event_id = await world.recorded()
    world.clock.advance(timedelta(seconds=3))

    await world.score(event_id)

    event = world.event(event_id)
    assert (event.status, event.processed_at, event.lease) == (EventStatus.PROCESSED, world.clock.now(), None)
    assert event.new_friendship_level is P2
    assert (event.next_attempt_at, event.error_code) == (None, None)
    assert event.score is not None
    assert event.score.degraded == ()
    assert event.score.providers == dict.fromkeys(Component, "scripted")
    (attempt,) = world.attempts(event_id)
    assert (attempt.outcome, attempt.worker) == (AttemptOutcome.PROCESSED, "worker_1")


async def test_friendship_topic_ledger_and_event_change_together() -> None:
    world = _hearing(questions=2, emotion=SessionEmotion.HAPPY)
    event_id = await world.recorded()

    await world.score(event_id)

    friendship = world.friendship()
    movie = friendship.topics[TopicId("movie")]
    assert (friendship.score, friendship.streak_day, friendship.last_emotion) == (9.0, 1, SessionEmotion.HAPPY)
    assert friendship.last_interaction_date == ENDED
    assert (movie.score, movie.turns, movie.last_date, movie.agents_used) == (9.0, 3, ENDED, (BotId("bot_17"),))
    assert list(world.ledger) == [
        LedgerEntry(
            user_id=USER,
            conversation_id=world.event(event_id).conversation_id,
            revision=0,
            change=9.0,
            topic_id=TopicId("movie"),
            turns=3,
            rules_version=ScoringRules().version,
            reason=LedgerReason.SCORED,
            created_at=world.clock.now(),
        )
    ]


@pytest.mark.parametrize("tag", [None, "", "nobody_knows"])
async def test_without_a_known_tag_only_the_users_score_changes(tag: str | None) -> None:
    world = World()
    event_id = await world.recorded(reported=a_reported_conversation(agent_tag=tag))

    await world.score(event_id)

    assert world.friendship().score == 3.0
    assert world.friendship().topics == {}


async def test_the_topic_is_that_of_the_row_at_the_level_the_user_had_before() -> None:
    world = World()
    rows = (
        an_agenda("films", agent_tag="tag", friendship_level=P1),
        an_agenda("cinema", agent_tag="tag", friendship_level=P2),
    )
    world.catalogue.catalogue = a_catalogue(*rows)
    world.befriend(a_friendship(score=499.0))
    event_id = await world.recorded(reported=a_reported_conversation(agent_tag="tag"))

    await world.score(event_id)

    assert world.friendship().level is P2
    assert set(world.friendship().topics) == {"films"}


async def test_a_conversation_counts_once_however_often_it_is_announced() -> None:
    world = World()
    event_id = await world.recorded()
    await world.score(event_id)
    before = (world.friendship(), list(world.ledger), world.event(event_id), list(world.attempts(event_id)))
    world.clock.advance(timedelta(days=30))

    outcomes = [await world.score(event_id) for _ in range(3)]

    assert outcomes == [ScoringOutcome.NOT_DUE] * 3
    assert (world.friendship(), list(world.ledger), world.event(event_id), list(world.attempts(event_id))) == before


async def test_a_conversation_counts_once_with_many_workers_at_it() -> None:
    world = World()
    event_id = await world.recorded()

    outcomes = await asyncio.gather(*(world.score(event_id, f"worker_{number}") for number in range(5)))

    assert sorted(outcomes) == sorted([ScoringOutcome.PROCESSED, *[ScoringOutcome.NOT_DUE] * 4])
    assert (world.friendship().score, len(world.ledger)) == (3.0, 1)


async def test_there_is_nothing_to_do_for_an_event_that_is_not_there() -> None:
    world = World()

    assert await world.score(EventId(77)) is ScoringOutcome.UNKNOWN


async def test_concurrent_conversations_of_one_user_add_up_exactly() -> None:
    world = _hearing(questions=1, memories=1)
    events = [await world.recorded(reported=a_reported_conversation(f"conv_{number}")) for number in range(50)]

    await asyncio.gather(*(world.score(event_id, f"worker_{event_id % 7}") for event_id in events))

    friendship = world.friendship()
    assert friendship.score == sum(entry.change for entry in world.ledger) == 50 * 11.0
    assert (friendship.topics[TopicId("movie")].score, friendship.topics[TopicId("movie")].turns) == (550.0, 150)


async def test_conversations_of_different_users_do_not_touch_one_another() -> None:
    world = World()
    mine = await world.recorded("pu", a_reported_conversation("mine"))
    theirs = await world.recorded("pu pu", a_reported_conversation("theirs", user_id="user_7"))

    await asyncio.gather(world.score(mine), world.score(theirs))

    assert world.friendship().score == 1.0
    assert world.friendship(UserId("user_7")).score == 2.0


async def test_a_reused_conversation_id_counts_for_each_of_its_sessions() -> None:
    world = World()
    events = [await world.recorded("pu"), await world.recorded("pu pu")]

    for event_id in events:
        await world.score(event_id)

    assert world.friendship().score == 3.0
    assert len({entry.conversation_id for entry in world.ledger}) == 2


async def test_the_emotion_of_the_friendship_stays_when_nobody_heard_a_new_one() -> None:
    world = World(analyst=ScriptedAnalyst(emotions=[None]))
    world.befriend(Friendship(user_id=USER, last_emotion=SessionEmotion.SAD))
    event_id = await world.recorded()

    await world.score(event_id)

    assert world.friendship().last_emotion is SessionEmotion.SAD


async def test_a_conversation_too_large_for_now_is_left_to_the_relay() -> None:
    world = World()
    event_id = await world.recorded()
    scoring = replace(world.scoring(), memory=FullMemory())

    outcome = await scoring(event_id)

    assert outcome is ScoringOutcome.NO_ROOM
    assert world.event(event_id).status is EventStatus.PENDING
    assert world.event(event_id).attempt_count == 0
