from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.friendship_level import FriendshipLevel
from domain.identifiers import BotId
from domain.topic_metrics import topic_level
from tests.examples import ENDED, P1, P2, P3, a_topic

LEVELS = st.sampled_from(FriendshipLevel)
SCORES = st.floats(0, 400)


@pytest.mark.parametrize(
    ("was", "score", "user_level", "becomes"),
    [
        # A favourite of a friend.
        (P1, 150.0, P3, P3),
        (P2, 150.0, P3, P3),
        (P3, 999.0, P3, P3),
        # Familiar, or a favourite of an acquaintance.
        (P1, 149.99, P3, P2),
        (P1, 50.0, P2, P2),
        (P2, 50.0, P2, P2),
        (P1, 500.0, P2, P2),
        # Once a favourite, it stays one while it is familiar ...
        (P3, 149.99, P3, P3),
        (P3, 50.0, P3, P3),
        # ... but never stands above the user.
        (P3, 150.0, P2, P2),
        (P3, 50.0, P2, P2),
        (P3, 150.0, P1, P1),
        (P2, 50.0, P1, P1),
        # Below 50 points it is a stranger's.
        (P1, 49.99, P3, P1),
        (P2, 49.99, P3, P1),
        (P3, 0.0, P3, P1),
        # A stranger's topics stay where they are.
        (P1, 50.0, P1, P1),
        (P1, 999.0, P1, P1),
    ],
)
def test_the_level_of_a_topic(
    was: FriendshipLevel, score: float, user_level: FriendshipLevel, becomes: FriendshipLevel
) -> None:
    assert topic_level(was, score=score, user_level=user_level) is becomes


@given(was=LEVELS, score=SCORES, user_level=LEVELS)
def test_a_topic_never_stands_above_the_user(was: FriendshipLevel, score: float, user_level: FriendshipLevel) -> None:
    assert topic_level(was, score=score, user_level=user_level).rank <= user_level.rank


@given(was=LEVELS, scores=st.tuples(SCORES, SCORES), user_level=LEVELS)
def test_a_higher_score_never_means_a_lower_topic(
    was: FriendshipLevel, scores: tuple[float, float], user_level: FriendshipLevel
) -> None:
    low, high = (topic_level(was, score=score, user_level=user_level) for score in sorted(scores))

    assert low.rank <= high.rank


@given(was=LEVELS, score=SCORES, user_level=LEVELS)
def test_the_level_of_a_topic_is_settled_at_once(
    was: FriendshipLevel, score: float, user_level: FriendshipLevel
) -> None:
    settled = topic_level(was, score=score, user_level=user_level)

    assert topic_level(settled, score=score, user_level=user_level) is settled


def test_a_change_adds_points_and_turns() -> None:
    changed = a_topic(87.0, turns=41, level=P2).changed_by(points=63.0, turns=3, user_level=P3)

    assert (changed.score, changed.turns, changed.friendship_level) == (150.0, 44, P3)


def test_a_topic_has_never_less_than_no_points_and_no_turns() -> None:
    changed = a_topic(5.0, turns=1).changed_by(points=-9.0, turns=-2, user_level=P1)

    assert (changed.score, changed.turns) == (0.0, 0)


def test_the_agents_used_are_a_set_in_the_order_of_their_first_visit() -> None:
    topic = a_topic()

    for bot in ("bot_b", "bot_a", "bot_b", "bot_c", "bot_a"):
        topic = topic.visited(at=ENDED, with_bot=BotId(bot))

    assert topic.agents_used == ("bot_b", "bot_a", "bot_c")


def test_the_last_date_is_that_of_the_latest_visit_even_if_an_older_one_arrives_late() -> None:
    topic = a_topic().visited(at=ENDED, with_bot=BotId("bot_a"))

    late = topic.visited(at=ENDED - timedelta(days=3), with_bot=BotId("bot_b"))

    assert late.last_date == ENDED
    assert late.agents_used == ("bot_a", "bot_b")
