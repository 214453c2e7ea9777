from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import TopicId
from domain.ledger import LedgerReason
from tests.examples import ENDED, P1, P2, P3, USER, a_friendship, a_ledger_entry, a_session, a_topic

MOVIE = TopicId("movie")


def test_a_first_touch_has_these_defaults() -> None:
    friendship = Friendship(user_id=USER)

    assert (friendship.score, friendship.level, friendship.streak_day) == (0.0, P1, 0)
    assert friendship.topics == {}
    assert friendship.last_interaction_date is None
    assert friendship.last_emotion is None
    assert friendship.last_followup_topic is None
    assert friendship.birthday is None


@pytest.mark.parametrize("change", [1.0, 2.5, 56.0])
def test_499_and_any_change_of_at_least_one_makes_an_acquaintance(change: float) -> None:
    grown = a_friendship(score=499.0).grown_by(a_ledger_entry(change), a_session())

    assert grown.score == 499.0 + change
    assert grown.level is P2


@pytest.mark.parametrize(
    ("score", "change", "after", "level"),
    [
        (0.0, 0.0, 0.0, P1),
        (499.0, 0.99, 499.99, P1),
        (2999.0, 1.0, 3000.0, P3),
        (3000.0, -0.1, 2999.9, P2),
        (10.0, -25.0, 0.0, P1),
    ],
)
def test_a_change_moves_score_and_level_and_never_below_zero(
    score: float, change: float, after: float, level: FriendshipLevel
) -> None:
    corrected = a_friendship(score=score).corrected_by(a_ledger_entry(change))

    assert corrected.score == after
    assert corrected.level is level


def test_a_conversation_about_a_topic_grows_that_topic_by_the_full_change() -> None:
    before = a_friendship(level=P2, topics={"movie": a_topic(87.0, turns=41, level=P2), "pets": a_topic(9.0)})

    grown = before.grown_by(a_ledger_entry(29.0, topic_id="movie", turns=3), a_session(bot_id="bot_9"))

    movie = grown.topics[MOVIE]
    assert (movie.score, movie.turns, movie.friendship_level) == (116.0, 44, P2)
    assert (movie.last_date, movie.agents_used) == (ENDED, ("bot_9",))
    assert grown.topics[TopicId("pets")] == before.topics[TopicId("pets")]


def test_a_topic_met_for_the_first_time_starts_from_nothing() -> None:
    grown = a_friendship().grown_by(a_ledger_entry(8.0, topic_id="movie", turns=8), a_session())

    assert (grown.topics[MOVIE].score, grown.topics[MOVIE].turns) == (8.0, 8)


def test_without_a_topic_only_the_score_of_the_user_changes() -> None:
    topics = {"movie": a_topic(87.0, turns=41)}

    grown = a_friendship(score=90.0, topics=topics).grown_by(a_ledger_entry(10.0, topic_id=None), a_session())

    assert grown.score == 100.0
    assert grown.topics == topics


def test_the_level_of_a_topic_is_judged_by_the_new_level_of_the_user() -> None:
    before = a_friendship(score=2999.0, topics={"movie": a_topic(149.0, level=P2)})

    grown = before.grown_by(a_ledger_entry(1.0, topic_id="movie"), a_session())

    assert grown.level is P3
    assert grown.topics[MOVIE].friendship_level is P3


def test_a_mood_that_was_not_analysed_leaves_the_last_one() -> None:
    sad = a_friendship(last_emotion=SessionEmotion.SAD)

    assert sad.grown_by(a_ledger_entry(), a_session(emotion=None)).last_emotion is SessionEmotion.SAD
    assert sad.grown_by(a_ledger_entry(), a_session(emotion=SessionEmotion.HAPPY)).last_emotion == "happy"


def test_a_correction_changes_points_but_neither_dates_nor_mood_nor_visits() -> None:
    before = a_friendship().grown_by(a_ledger_entry(10.0, topic_id="movie", turns=4), a_session())
    healed = a_ledger_entry(6.0, revision=1, topic_id="movie", turns=0, reason=LedgerReason.HEALED)

    after = before.corrected_by(healed)

    assert after.score == 16.0
    assert after.topics[MOVIE].score == 16.0
    assert after.topics[MOVIE].turns == 4
    assert after.topics[MOVIE].last_date == ENDED
    assert (after.streak_day, after.last_interaction_date) == (before.streak_day, before.last_interaction_date)
    assert after.last_emotion is before.last_emotion


def test_growing_leaves_the_friendship_before_as_it_was() -> None:
    before = a_friendship(topics={"movie": a_topic(1.0)})

    before.grown_by(a_ledger_entry(topic_id="movie"), a_session())

    assert before == a_friendship(topics={"movie": a_topic(1.0)})


@given(change=st.integers(0, 1_000_000).map(lambda points: points / 10_000), count=st.integers(1, 40))
def test_n_conversations_of_the_same_change_add_up_exactly(change: float, count: int) -> None:
    friendship = a_friendship()

    for number in range(count):
        friendship = friendship.grown_by(a_ledger_entry(change, topic_id="movie"), a_session(ENDED + timedelta(number)))

    assert friendship.score == round(count * change, 4)
    assert friendship.topics[MOVIE].score == friendship.score


@given(
    score=st.floats(0, 5000),
    changes=st.lists(st.floats(-2000, 2000), max_size=10),
)
def test_score_and_topics_are_never_negative_and_no_topic_stands_above_its_user(
    score: float, changes: list[float]
) -> None:
    friendship = a_friendship(score=score)

    for change in changes:
        friendship = friendship.corrected_by(a_ledger_entry(change, topic_id="movie"))

        assert friendship.score >= 0.0
        assert friendship.level is FriendshipLevel.of_score(friendship.score)
        assert friendship.topics[MOVIE].score >= 0.0
        assert friendship.topics[MOVIE].friendship_level.rank <= friendship.level.rank


def test_what_is_told_of_a_child_is_kept_and_can_be_taken_back() -> None:
    told = a_friendship(score=7.0).born_on(date(2018, 2, 28)).followed_up_with("the sick cat")

    assert (told.birthday, told.last_followup_topic, told.score) == (date(2018, 2, 28), "the sick cat", 7.0)
    assert told.born_on(None).followed_up_with(None) == a_friendship(score=7.0)
