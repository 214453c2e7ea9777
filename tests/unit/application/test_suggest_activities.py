import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.suggestion_facts import SuggestionFacts, SuggestionFactsSource
from application.use_cases.suggest_activities import SuggestActivitiesCommand
from domain.friendship import Friendship
from domain.identifiers import UserId
from domain.suggestion.errors import NoSuitableAgent
from tests.examples import P1, P2, USER, a_catalogue, a_friendship, a_greeting, a_reported_conversation, a_topic
from tests.examples import an_agenda as a_talk
from tests.unit.application.world import World

SEEDED = SuggestActivitiesCommand(user_id=USER, seed=7)


async def test_an_unknown_user_is_introduced_and_treated_as_a_stranger() -> None:
    world = World()

    suggestion = await world.suggesting()(SEEDED)

    assert world.friendship() == Friendship(user_id=USER)
    assert suggestion.friendship_level is P1
    assert (len(suggestion.talks), len(suggestion.games)) == (3, 2)


async def test_an_unknown_user_who_asks_many_times_at_once_is_introduced_once() -> None:
    world = World()

    suggestions = await asyncio.gather(*(world.suggesting()(SEEDED) for _ in range(10)))

    assert all(suggestion == suggestions[0] for suggestion in suggestions)
    assert list(world.database.tables.friendships) == [USER]


async def test_the_same_seed_gives_the_same_answer() -> None:
    world = World()
    world.befriend(a_friendship(level=P2, topics={"movie": a_topic(60.0, turns=5, level=P2)}))

    answers = [await world.suggesting()(SEEDED) for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert answers[0].seed == 7


async def test_without_a_seed_every_answer_has_one_of_its_own_that_repeats_it() -> None:
    world = World()

    first = await world.suggesting()(SuggestActivitiesCommand(user_id=USER))
    second = await world.suggesting()(SuggestActivitiesCommand(user_id=USER))
    again = await world.suggesting()(SuggestActivitiesCommand(user_id=USER, seed=first.seed))

    assert first.seed != second.seed
    assert again == first


async def test_a_known_user_costs_one_round_trip_and_no_unit_of_work() -> None:
    world = World()
    world.befriend(a_friendship())
    tables = world.database.tables

    await world.suggesting()(SEEDED)

    assert world.database.round_trips == 1
    assert world.database.tables is tables


async def test_a_greeting_of_the_last_conversations_is_not_repeated() -> None:
    world = World()
    world.befriend(a_friendship())
    world.catalogue.catalogue = a_catalogue(a_greeting("hello"), a_greeting("good_day"), a_talk("movie"))
    greeted = a_reported_conversation(bot_type="GREETING", agent_tag="hello")
    await world.record(reported=greeted)

    greetings = {
        (await world.suggesting()(SuggestActivitiesCommand(user_id=USER, seed=seed))).greeting.agenda.agent_id
        for seed in range(20)
    }

    assert greetings == {"good_day"}


async def test_today_is_the_day_in_ho_chi_minh_city() -> None:
    world = World()
    world.catalogue.catalogue = a_catalogue(a_greeting("hello"), a_greeting("birthday"), a_talk("movie"))
    world.befriend(a_friendship().born_on(date(2017, 12, 3)))
    midnight = datetime(2025, 12, 2, 17, 0, tzinfo=UTC)
    world.clock.advance(midnight - timedelta(seconds=1) - world.clock.now())
    before_midnight = await world.suggesting()(SEEDED)
    world.clock.advance(timedelta(seconds=1))

    after_midnight = await world.suggesting()(SEEDED)

    greeted = [answer.greeting.agenda.agent_id for answer in (before_midnight, after_midnight)]
    assert greeted == ["hello", "birthday"]


async def test_without_any_greeting_there_is_no_answer() -> None:
    world = World()
    world.catalogue.catalogue = a_catalogue(a_talk("movie"))

    with pytest.raises(NoSuitableAgent):
        await world.suggesting()(SEEDED)


async def test_what_was_offered_is_kept_with_what_repeats_it() -> None:
    world = World()

    suggestion = await world.suggesting()(SEEDED)

    (offer,) = world.recorder.recorded
    assert (offer.user_id, offer.seed, offer.catalogue_version) == (USER, 7, 1)
    assert offer.offered_at == world.clock.now()
    assert offer.agents[0].agent_id == suggestion.greeting.agenda.agent_id
    assert len(offer.agents) == 10


async def test_an_answer_from_stale_facts_says_so() -> None:
    class StaleFacts(SuggestionFactsSource):
        async def of_user(self, user_id: UserId) -> SuggestionFacts:
            return SuggestionFacts(friendship=a_friendship(user_id, level=P2), recent_greetings=(), stale=True)

    suggesting = replace(World().suggesting(), facts=StaleFacts())

    suggestion = await suggesting(SEEDED)

    assert suggestion.stale
    assert suggestion.friendship_level is P2


async def test_without_the_database_there_is_no_answer() -> None:
    world = World()
    world.database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await world.suggesting()(SEEDED)
