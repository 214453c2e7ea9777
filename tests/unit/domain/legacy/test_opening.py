from hypothesis import given
from hypothesis import strategies as st

from domain.friendship import Friendship
from domain.identifiers import TopicId
from domain.ledger import LedgerReason, fold
from domain.ledger_check import differences
from domain.legacy.opening import joined, opening_entries
from domain.points import rounded
from domain.topic_metrics import TopicMetrics
from tests.examples import ENDED, P2, P3, USER, a_friendship, a_topic

points = st.floats(0, 10_000).map(rounded)
topics = st.dictionaries(
    st.sampled_from(["movie", "pets", "hobby"]).map(TopicId),
    st.builds(TopicMetrics, score=points, turns=st.integers(0, 99), last_date=st.none(), agents_used=st.just(())),
)
friendships = st.builds(Friendship, user_id=st.just(USER), score=points, topics=topics)


@given(friendship=friendships)
def test_opening_entries_add_up_to_the_friendship_and_its_topics(friendship: Friendship) -> None:
    entries = list(opening_entries(friendship, at=ENDED))

    assert list(differences(friendship.user_id, friendship, entries)) == []
    assert all(entry.reason is LedgerReason.IMPORTED for entry in entries)
    assert len({entry.conversation_id for entry in entries}) == len(entries)


@given(ours=friendships, imported=friendships)
def test_a_balance_adds_to_what_was_counted_here(ours: Friendship, imported: Friendship) -> None:
    entries = [*opening_entries(ours, at=ENDED), *opening_entries(imported, at=ENDED)]

    assert list(differences(ours.user_id, joined(ours, imported), entries)) == []


def test_a_stranger_opens_nothing() -> None:
    assert list(opening_entries(a_friendship(), at=ENDED)) == []


def test_topics_that_sum_to_more_than_the_score_are_balanced() -> None:
    entries = list(opening_entries(a_friendship(score=10, topics={"movie": a_topic(30, turns=4)}), at=ENDED))

    assert [(entry.topic_id, entry.change, entry.turns) for entry in entries] == [("movie", 30, 4), (None, -20, 0)]
    assert fold(entries).score == 10


def test_the_later_meeting_tells_streak_date_and_mood() -> None:
    earlier = a_friendship(score=1, streak_day=9, last_interaction_date=ENDED.replace(year=2024))
    later = a_friendship(score=1, streak_day=2, last_interaction_date=ENDED)

    for together in (joined(earlier, later), joined(later, earlier)):
        assert (together.streak_day, together.last_interaction_date) == (2, ENDED)


def test_a_topic_may_climb_when_its_points_add_up() -> None:
    ours = a_friendship(level=P2, topics={"movie": a_topic(30)})
    imported = a_friendship(level=P3, topics={"movie": a_topic(130)})

    assert joined(ours, imported).topics[TopicId("movie")].friendship_level is P3
