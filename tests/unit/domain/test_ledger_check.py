from hypothesis import given
from hypothesis import strategies as st

from domain.friendship import Friendship
from domain.identifiers import UserId
from domain.ledger_check import LedgerDifference, Quantity, differences
from tests.examples import USER, a_friendship, a_ledger_entry, a_session

CHANGES = st.lists(
    st.tuples(st.integers(0, 600_000).map(lambda points: points / 10_000), st.sampled_from([None, "movie", "pets"])),
    max_size=30,
)


@given(CHANGES)
def test_a_friendship_that_grew_by_its_ledger_has_no_differences(changes: list[tuple[float, str | None]]) -> None:
    friendship = Friendship(user_id=USER)
    entries = [
        a_ledger_entry(change, conversation_id=f"conv_{number}", topic_id=topic)
        for number, (change, topic) in enumerate(changes)
    ]
    for entry in entries:
        friendship = friendship.grown_by(entry, a_session())

    assert list(differences(USER, friendship, entries)) == []


def test_a_missing_friendship_counts_as_one_at_zero() -> None:
    assert list(differences(USER, None, [])) == []
    assert list(differences(USER, None, [a_ledger_entry(5.0)])) == [
        LedgerDifference(user_id=UserId(USER), topic_id=None, quantity=Quantity.SCORE, expected=5.0, found=0.0)
    ]


def test_a_friendship_without_a_ledger_must_be_at_zero() -> None:
    assert [found.found for found in differences(USER, a_friendship(score=5.0), [])] == [5.0]
