import asyncio
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.suggestion_facts import SuggestionFacts
from domain.friendship import Friendship
from domain.identifiers import UserId
from tests.contracts.storage import Storage, a_new_event
from tests.contracts.test_friendships import EVERYTHING
from tests.examples import ENDED, USER, a_friendship, a_reported_conversation


async def test_a_user_we_never_met_is_introduced_as_a_stranger(storage: Storage) -> None:
    await storage.keep_friendship(a_friendship("user_7"))

    facts = await asyncio.gather(*(storage.facts.of_user(USER) for _ in range(5)))

    stranger = Friendship(user_id=USER)
    assert facts == [SuggestionFacts(friendship=stranger, recent_greetings=())] * 5
    assert await storage.friendship() == stranger


async def test_asking_again_changes_nothing(storage: Storage) -> None:
    await storage.keep_friendship(EVERYTHING)

    for _ in range(3):
        await storage.facts.of_user(USER)

    assert await storage.friendship() == EVERYTHING


async def test_a_user_without_history_has_a_friendship_and_no_greetings(storage: Storage) -> None:
    await storage.keep_friendship(a_friendship())

    assert await storage.facts.of_user(USER) == SuggestionFacts(friendship=a_friendship(), recent_greetings=())


async def test_a_friendship_is_told_with_every_field_and_every_topic(storage: Storage) -> None:
    await storage.keep_friendship(EVERYTHING)

    facts = await storage.facts.of_user(USER)

    assert facts.friendship == EVERYTHING


async def test_the_last_three_greetings_are_told_newest_first(storage: Storage) -> None:
    await storage.keep_friendship(a_friendship())
    await _greeted(storage, 1, 4, 2, 3)
    await _greeted(storage, 9, user=UserId("user_7"))
    await _greeted(storage, 8, bot_type="TALK")

    facts = await storage.facts.of_user(USER)

    assert list(facts.recent_greetings) == ["greeting_4", "greeting_3", "greeting_2"]


async def test_a_greeting_without_a_tag_is_told_as_an_empty_one(storage: Storage) -> None:
    await storage.keep_friendship(a_friendship())
    reported = a_reported_conversation(bot_type="GREETING", agent_tag=None)
    await storage.added(a_new_event(reported=reported))

    facts = await storage.facts.of_user(USER)

    assert list(facts.recent_greetings) == [""]


async def test_facts_are_unavailable_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.facts.of_user(USER)


async def _greeted(storage: Storage, *minutes: int, user: UserId = USER, bot_type: str = "Greeting") -> None:
    for minute in minutes:
        reported = a_reported_conversation(
            f"conv_{minute}",
            user_id=user,
            bot_type=bot_type,
            agent_tag=f"greeting_{minute}",
            end_time=ENDED + timedelta(minutes=minute),
        )
        await storage.added(a_new_event(reported.conversation_id, reported=reported))
