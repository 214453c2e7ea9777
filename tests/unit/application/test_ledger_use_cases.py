from dataclasses import replace
from datetime import date

import pytest

from application.errors import UserNotFound
from application.paging import Page, PageNumber
from application.ports.conversation_events import EventFilter
from application.use_cases.list_conversations import ListConversationsCommand
from application.use_cases.update_profile import UpdateProfileCommand
from domain.event_status import EventStatus
from domain.friendship import Friendship
from domain.identifiers import TopicId, UserId
from domain.ledger_check import LedgerDifference, Quantity
from tests.examples import USER, a_friendship
from tests.unit.application.operating import a_recorded_event, listing, showing_ledger, updating, verifying
from tests.unit.application.world import World

USERS = [UserId(f"user_{number}") for number in range(5)]


async def _scored(world: World, *users: str) -> None:
    for number, user in enumerate(users):
        await world.score((await a_recorded_event(world, f"conv_{number}", user=user)).event_id)


async def _found(world: World) -> list[LedgerDifference]:
    return [difference async for check in verifying(world)() for difference in check.differences]


async def test_every_user_is_verified_in_stretches() -> None:
    world = World()
    await _scored(world, *USERS, *USERS)

    checks = [check async for check in verifying(world, users_at_a_time=2)()]

    assert [(check.users, check.entries) for check in checks] == [(2, 4), (2, 4), (1, 2)]
    assert [check.differences for check in checks] == [[], [], []]


async def test_an_empty_ledger_is_right() -> None:
    assert await _found(World()) == []


async def test_a_score_that_is_not_the_sum_is_found() -> None:
    world = World()
    await _scored(world, *USERS)
    world.befriend(replace(world.friendship(USERS[3]), score=99.0))

    difference = LedgerDifference(user_id=USERS[3], topic_id=None, quantity=Quantity.SCORE, expected=3.0, found=99.0)
    assert await _found(world) == [difference]


async def test_a_ledger_of_a_user_without_a_friendship_is_found() -> None:
    world = World()
    await _scored(world, *USERS)
    del world.database.tables.friendships[USERS[0]]

    assert {(found.topic_id, found.quantity) for found in await _found(world)} == {
        (None, Quantity.SCORE),
        (TopicId("movie"), Quantity.SCORE),
        (TopicId("movie"), Quantity.TURNS),
    }


async def test_the_ledger_of_a_user_is_shown_newest_first() -> None:
    world = World()
    await _scored(world, USER, USER, USER)

    page = await showing_ledger(world)(USER, PageNumber(page=2, size=2))

    assert [entry.conversation_id for entry in page.items] == ["conv_0"]
    assert (page.total, page.total_pages) == (3, 2)


async def test_a_friend_without_a_conversation_has_an_empty_ledger_and_a_stranger_none() -> None:
    world = World()
    world.befriend(a_friendship())

    assert (await showing_ledger(world)(USER, PageNumber())).items == []
    with pytest.raises(UserNotFound):
        await showing_ledger(world)(UserId("nobody"), PageNumber())


@pytest.mark.parametrize(("total", "size", "pages"), [(0, 20, 0), (1, 20, 1), (20, 20, 1), (21, 20, 2), (5, 1, 5)])
def test_pages_are_counted(total: int, size: int, pages: int) -> None:
    page: Page[int] = Page(items=(), total=total, number=PageNumber(size=size))

    assert page.total_pages == pages


async def test_conversations_are_listed_newest_first_as_far_as_they_are_wanted() -> None:
    world = World()
    await _scored(world, "user_7", USER)
    await a_recorded_event(world, "waiting")
    wanted = EventFilter(user_id=USER, statuses=frozenset({EventStatus.PENDING, EventStatus.PROCESSED}))

    page = await listing(world)(ListConversationsCommand(wanted=wanted, page=PageNumber(size=1)))

    assert [event.conversation_id for event in page.items] == ["waiting"]
    assert page.total == 2


async def test_a_profile_says_what_is_told_and_leaves_the_rest() -> None:
    world, birthday = World(), date(2018, 2, 28)
    world.befriend(replace(a_friendship(score=7.0), last_followup_topic="cat"))

    after = await updating(world)(UpdateProfileCommand(user_id=USER, birthday=birthday))

    assert after == world.friendship() == replace(a_friendship(score=7.0), birthday=birthday, last_followup_topic="cat")


async def test_a_profile_is_cleared_by_saying_that_there_is_nothing() -> None:
    world = World()
    world.befriend(replace(a_friendship(), last_followup_topic="cat", birthday=date(2018, 2, 28)))

    await updating(world)(UpdateProfileCommand(user_id=USER, birthday=None, last_followup_topic=None))

    assert world.friendship() == a_friendship()


async def test_a_profile_of_a_child_we_had_not_met_introduces_it() -> None:
    world = World()

    await updating(world)(UpdateProfileCommand(user_id=USER, last_followup_topic="cat"))

    assert world.friendship() == Friendship(user_id=USER, last_followup_topic="cat")
