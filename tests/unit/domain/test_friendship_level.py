import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.friendship_level import FriendshipLevel
from tests.examples import P1, P2, P3

SCORES = st.floats(0, 1e6)
LEVELS = st.sampled_from(FriendshipLevel)


@pytest.mark.parametrize(
    ("score", "level"),
    [(0.0, P1), (499.99, P1), (500.0, P2), (2999.9, P2), (2999.9999, P2), (3000.0, P3), (1e9, P3)],
)
def test_the_level_follows_from_the_score(score: float, level: FriendshipLevel) -> None:
    assert FriendshipLevel.of_score(score) is level


@given(one=SCORES, other=SCORES)
def test_a_higher_score_never_means_a_lower_level(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert FriendshipLevel.of_score(low).rank <= FriendshipLevel.of_score(high).rank


def test_the_levels_are_ranked_from_stranger_to_friend() -> None:
    assert sorted(FriendshipLevel, key=lambda level: level.rank) == [P1, P2, P3]


@pytest.mark.parametrize(("level", "downwards"), [(P1, (P1,)), (P2, (P2, P1)), (P3, (P3, P2, P1))])
def test_downwards_is_the_level_and_then_each_lower_one(
    level: FriendshipLevel, downwards: tuple[FriendshipLevel, ...]
) -> None:
    assert level.downwards() == downwards


@given(one=LEVELS, other=LEVELS)
def test_at_most_is_the_lower_of_two(one: FriendshipLevel, other: FriendshipLevel) -> None:
    assert one.at_most(other).rank == min(one.rank, other.rank)
    assert one.at_most(other) is other.at_most(one)
