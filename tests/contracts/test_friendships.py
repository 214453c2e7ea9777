import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.identifiers import BotId, TopicId, UserId
from domain.topic_metrics import TopicMetrics
from tests.contracts.storage import Storage
from tests.examples import P1, P2, USER, a_ledger_entry, a_session

EVERYTHING = Friendship(
    user_id=USER,
    score=1234.5678,
    streak_day=4,
    last_interaction_date=datetime(2025, 11, 26, 10, 20, 0, 123456, tzinfo=UTC),
    topics={
        TopicId("movie"): TopicMetrics(
            score=87.25,
            turns=41,
            friendship_level=P2,
            last_date=datetime(2025, 11, 25, 9, 0, tzinfo=UTC),
            agents_used=(BotId("bot_17"), BotId("bot_03")),
        ),
        TopicId("thú cưng 🐶"): TopicMetrics(friendship_level=P1),
    },
    last_emotion=SessionEmotion.SAD,
    last_followup_topic="con mèo bị ốm",
    birthday=date(2018, 2, 28),
)


async def test_a_user_nobody_introduced_is_not_found(storage: Storage) -> None:
    assert await storage.friendship() is None


async def test_a_new_friendship_has_the_defaults_of_a_first_touch(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.friendships.introduce(USER)
        await work.commit()

    assert await storage.friendship() == Friendship(user_id=USER)


async def test_any_number_may_introduce_the_same_user_at_once(storage: Storage) -> None:
    async def introduce() -> None:
        async with storage.unit_of_work() as work:
            await work.friendships.introduce(USER)
            await work.commit()

    await asyncio.gather(*(introduce() for _ in range(20)))

    assert await storage.friendship() == Friendship(user_id=USER)


async def test_any_number_may_meet_a_new_user_at_once(storage: Storage) -> None:
    async def hold() -> Friendship:
        async with storage.unit_of_work() as work:
            held = await work.friendships.held(USER)
            await work.commit()
        return held

    assert set(map(repr, await asyncio.gather(*(hold() for _ in range(20))))) == {repr(Friendship(user_id=USER))}


async def test_introducing_a_friend_changes_nothing(storage: Storage) -> None:
    await storage.keep_friendship(EVERYTHING)

    async with storage.unit_of_work() as work:
        await work.friendships.introduce(USER)
        await work.commit()

    assert await storage.friendship() == EVERYTHING


async def test_a_friendship_reads_back_with_every_field(storage: Storage) -> None:
    await storage.keep_friendship(EVERYTHING)

    async with storage.unit_of_work() as work:
        assert await work.friendships.held(USER) == EVERYTHING
        assert await work.friendships.find(USER) == EVERYTHING


async def test_a_friendship_can_be_saved_again_with_other_values(storage: Storage) -> None:
    await storage.keep_friendship(EVERYTHING)
    changed = replace(
        EVERYTHING,
        score=0.0,
        streak_day=0,
        last_emotion=None,
        last_followup_topic=None,
        birthday=None,
        topics={**EVERYTHING.topics, TopicId("movie"): TopicMetrics(), TopicId("school"): TopicMetrics(turns=3)},
    )

    await storage.keep_friendship(changed)

    assert await storage.friendship() == changed


async def test_saving_one_friendship_leaves_the_others_alone(storage: Storage) -> None:
    other = Friendship(user_id=UserId("user_7"), score=5.0, topics={TopicId("movie"): TopicMetrics(turns=1)})
    await storage.keep_friendship(other)

    await storage.keep_friendship(EVERYTHING)

    assert await storage.friendship(other.user_id) == other


async def test_fifty_concurrent_growths_of_one_friendship_add_up(storage: Storage) -> None:
    async def grow(number: int) -> None:
        entry = a_ledger_entry(1.1, conversation_id=f"conv_{number}", topic_id="movie", turns=2)
        async with storage.unit_of_work() as work:
            held = await work.friendships.held(USER)
            await asyncio.sleep(0)
            await work.friendships.save(held.grown_by(entry, a_session(bot_id="bot_17")))
            await work.commit()

    await asyncio.gather(*(grow(number) for number in range(50)))

    friendship = await storage.friendship()
    assert friendship is not None
    assert friendship.score == 55.0
    movie = friendship.topics[TopicId("movie")]
    assert (movie.score, movie.turns, movie.agents_used) == (55.0, 100, (BotId("bot_17"),))
