from datetime import timedelta

import pytest

from application.errors import UserNotFound
from application.use_cases.show_friendship import ShowFriendship
from infrastructure.in_memory.clock import NEW_YEAR
from tests.examples import USER, a_friendship
from tests.unit.application.world import World

DAY = timedelta(days=1)


def _showing(world: World) -> ShowFriendship:
    return ShowFriendship(unit_of_work=world.unit_of_work, clock=world.clock)


@pytest.mark.parametrize(("days_ago", "streak"), [(0, 4), (1, 4), (2, 0), (30, 0)])
async def test_a_streak_is_shown_as_of_today(days_ago: int, streak: int) -> None:
    world = World()
    friendship = a_friendship(streak_day=4, last_interaction_date=NEW_YEAR - days_ago * DAY)
    world.befriend(friendship)

    shown = await _showing(world)(USER)

    assert (shown.friendship, shown.streak_day) == (friendship, streak)


async def test_a_user_we_never_met_is_not_found_and_not_introduced() -> None:
    world = World()

    with pytest.raises(UserNotFound, match="user_42"):
        await _showing(world)(USER)

    assert world.database.tables.friendships == {}
