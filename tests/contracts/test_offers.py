"""What was offered: kept, linked to the conversations that followed, forgotten."""

from datetime import datetime, timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.offers import AgentUse
from domain.identifiers import AgentId, UserId
from domain.suggestion.offer import Offer, OfferedAgent
from tests.contracts.storage import Storage, a_new_event
from tests.examples import STARTED, USER, a_ledger_entry, a_reported_conversation

HOUR = timedelta(hours=1)
LONG_AGO = STARTED - timedelta(days=30)


def an_offer(*agents: str, user: str = USER, at: datetime = STARTED - HOUR, seed: int = 7) -> Offer:
    """Each agent has a tag of its own, written carelessly."""
    offered = tuple(OfferedAgent(agent_id=AgentId(agent), agent_tag=f" Tag_{agent} ") for agent in agents)
    return Offer(user_id=UserId(user), seed=seed, agents=offered, catalogue_version=3, offered_at=at)


def used(agent: str, offered: int, taken: int = 0, change: float = 0.0) -> AgentUse:
    return AgentUse(agent_id=AgentId(agent), offered=offered, taken=taken, change=change)


async def _talked(
    storage: Storage, number: int, tag: str | None, *, start: datetime = STARTED, user: str = USER
) -> None:
    name = f"conv_{number}"
    reported = a_reported_conversation(
        name, user_id=user, agent_tag=tag, start_time=start, end_time=start + timedelta(minutes=20)
    )
    event = await storage.added(a_new_event(name, reported=reported))
    async with storage.unit_of_work() as work:
        await work.ledger.append(a_ledger_entry(10.0, user_id=user, conversation_id=event.conversation_id))
        await work.ledger.append(a_ledger_entry(2.5, user_id=user, conversation_id=event.conversation_id, revision=1))
        await work.commit()


async def test_agents_are_counted_the_one_offered_most_often_first(storage: Storage) -> None:
    await storage.offers.add([an_offer("pets"), an_offer("movie", "pets", seed=8), an_offer("pets", user="user_7")])

    assert await storage.offers.use_of_agents(since=LONG_AGO) == [used("pets", 3), used("movie", 1)]
    assert await storage.offers.use_of_agents(since=STARTED) == []


async def test_the_same_offer_counts_once(storage: Storage) -> None:
    for _ in range(2):
        await storage.offers.add([an_offer("pets")])

    assert await storage.offers.use_of_agents(since=LONG_AGO) == [used("pets", 1)]


@pytest.mark.parametrize("tag", ["movie", " MOVIE", "tag_movie", "TAG_MOVIE\t"])
async def test_a_conversation_takes_the_offer_that_names_its_agent(storage: Storage, tag: str) -> None:
    await storage.offers.add([an_offer("pets", "movie")])

    await _talked(storage, 1, tag)

    uses = await storage.offers.use_of_agents(since=LONG_AGO)
    assert sorted(uses, key=lambda use: use.agent_id) == [used("movie", 1, taken=1, change=12.5), used("pets", 1)]


@pytest.mark.parametrize(
    ("tag", "start", "user"),
    [
        ("other", STARTED, USER),
        (None, STARTED, USER),
        ("", STARTED, USER),
        ("movie", STARTED, "user_7"),
        ("movie", STARTED - 2 * HOUR, USER),
        ("movie", STARTED + timedelta(hours=23, seconds=1), USER),
    ],
    ids=["another agent", "no tag", "a blank tag", "another user", "before the offer", "a day later"],
)
async def test_any_other_conversation_does_not(storage: Storage, tag: str | None, start: datetime, user: str) -> None:
    await storage.offers.add([an_offer("movie")])

    await _talked(storage, 1, tag, start=start, user=user)

    assert await storage.offers.use_of_agents(since=LONG_AGO) == [used("movie", 1)]


async def test_a_conversation_takes_one_offer_only(storage: Storage) -> None:
    await storage.offers.add([an_offer("movie", at=STARTED - HOUR * number) for number in (1, 2, 3)])

    await _talked(storage, 1, "movie")
    await _talked(storage, 2, "movie")

    assert await storage.offers.use_of_agents(since=LONG_AGO) == [used("movie", 3, taken=2, change=25.0)]


async def test_old_offers_are_forgotten_a_few_at_a_time(storage: Storage) -> None:
    await storage.offers.add([an_offer("movie", at=STARTED - HOUR * number) for number in range(4)])

    forgotten = [await storage.offers.forget(before=STARTED - HOUR, limit=1) for _ in range(3)]

    assert forgotten == [1, 1, 0]
    assert await storage.offers.use_of_agents(since=LONG_AGO) == [used("movie", 2)]


async def test_an_erased_user_has_no_offers_and_late_ones_are_not_taken(storage: Storage) -> None:
    await storage.offers.add([an_offer("movie"), an_offer("pets", user="user_7")])
    async with storage.unit_of_work() as work:
        await work.erasures.shut_out(USER, at=STARTED)
        await work.commit()
    async with storage.unit_of_work() as work:
        removed = await work.erasures.remove(USER, logs_due_at=STARTED)
        await work.commit()

    await storage.offers.add([an_offer("movie", seed=9), an_offer("story", at=STARTED + HOUR)])

    assert removed.numbers.suggestions == 1
    assert await storage.offers.use_of_agents(since=LONG_AGO) == [used("pets", 1), used("story", 1)]


async def test_offers_are_unavailable_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.offers.add([an_offer("movie")])
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.offers.use_of_agents(since=LONG_AGO)
