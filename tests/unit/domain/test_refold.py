from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.friendship import Friendship
from domain.identifiers import ConversationId, TopicId
from domain.ledger import LedgerEntry, LedgerReason, fold
from domain.ledger_check import differences
from domain.legacy.opening import opening_entries
from domain.refold import corrected, standings, topic_levels
from domain.scoring import ScoreBreakdown
from domain.topic_metrics import TopicMetrics
from tests.examples import ENDED, P1, P2, P3, USER, a_ledger_entry, a_score, a_session

MOVIE = TopicId("movie")
points = st.integers(0, 4000).map(lambda quarters: quarters / 4)
conversations = st.lists(st.tuples(points, st.sampled_from(["movie", "pets", None])), min_size=1, max_size=12)


def _entry(number: int, change: float, topic: str | None = "movie", revision: int = 0) -> LedgerEntry:
    return a_ledger_entry(change, conversation_id=f"conv_{number}", topic_id=topic, revision=revision)


def _worth(change: float) -> ScoreBreakdown:
    return replace(a_score(), final_score_change=change)


def _grown(entries: list[LedgerEntry]) -> Friendship:
    friendship = Friendship(user_id=USER)
    for entry in entries:
        friendship = friendship.grown_by(entry, a_session())
    return friendship


def test_a_conversation_stands_at_the_sum_of_its_revisions() -> None:
    standing = standings([_entry(1, 10.0), _entry(2, 5.0), replace(_entry(1, -4.0, revision=1), turns=0)])

    assert list(standing) == ["conv_1", "conv_2"]
    assert (standing[ConversationId("conv_1")].change, standing[ConversationId("conv_1")].turns) == (6.0, 3)
    assert standing[ConversationId("conv_1")].last_revision == 1


def test_a_correction_holds_the_difference_counts_no_turns_and_keeps_the_topic() -> None:
    standing = standings([_entry(1, 10.0), _entry(1, -4.0, revision=1)])[ConversationId("conv_1")]

    entry = standing.corrected_to(_worth(25.0), reason=LedgerReason.HEALED, now=ENDED)

    assert entry is not None
    assert (entry.revision, entry.change, entry.turns, entry.topic_id) == (2, 19.0, 0, "movie")
    assert entry.reason is LedgerReason.HEALED


def test_what_counts_right_needs_no_correction() -> None:
    standing = standings([_entry(1, 10.0)])[ConversationId("conv_1")]

    assert standing.corrected_to(_worth(10.0), reason=LedgerReason.HEALED, now=ENDED) is None


# The movie gets 160 points while the child is an acquaintance, and falls to P2 rules only when it is a friend.
@pytest.mark.parametrize(("early", "late", "level"), [(0.0, 3000.0, P2), (3000.0, 0.0, P3)])
def test_a_correction_counts_at_the_place_of_its_conversation(early: float, late: float, level: object) -> None:
    story = [_entry(1, 0.0, None), _entry(2, 160.0), _entry(3, 500.0, None), _entry(4, 0.0), _entry(5, 0.0, None)]
    corrections = [_entry(1, early, None, revision=1), _entry(5, late, None, revision=1)]

    levels = topic_levels([*story, *corrections])

    # With the points early every visit of the movie found a friend; with them late the last one did not.
    assert levels[MOVIE] is level


def test_a_fault_that_made_a_topic_fall_is_forgotten_once_healed() -> None:
    told = [_entry(1, 3000.0, None), _entry(2, 160.0), _entry(3, 10.0)]
    with_fault = [replace(told[0], change=0.0), *told[1:]]
    assert _grown(with_fault).topics[MOVIE].friendship_level is P1

    healed = corrected(_grown(with_fault), with_fault, [_entry(1, 3000.0, None, revision=1)])

    assert healed.topics[MOVIE].friendship_level is P3
    assert healed == _grown(told)


@given(told=conversations, data=st.data())
def test_whatever_was_counted_first_corrections_in_any_order_lead_to_the_same(
    told: list[tuple[float, str | None]], data: st.DataObject
) -> None:
    truth = [_entry(number, change, topic) for number, (change, topic) in enumerate(told)]
    counted = [replace(entry, change=data.draw(st.sampled_from([0.0, entry.change, 7.5]))) for entry in truth]
    friendship, history = _grown(counted), list(counted)

    for entry in data.draw(st.permutations(truth)):
        standing = standings(history)[entry.conversation_id]
        correction = standing.corrected_to(_worth(entry.change), reason=LedgerReason.HEALED, now=ENDED)
        if correction:
            friendship = corrected(friendship, history, [correction])
            history.append(correction)

    assert friendship == _grown(truth)
    assert fold(history).score == friendship.score


@given(told=conversations)
def test_without_corrections_levels_are_what_growing_made_them(told: list[tuple[float, str | None]]) -> None:
    entries = [_entry(number, change, topic) for number, (change, topic) in enumerate(told)]

    levels = {topic: kept.friendship_level for topic, kept in _grown(entries).topics.items()}

    assert topic_levels(entries) == levels


def _opening(change: float, topic: str | None = None) -> LedgerEntry:
    friendship = Friendship(
        user_id=USER, score=change, topics={TopicId(topic): TopicMetrics(score=change)} if topic else {}
    )
    (entry,) = opening_entries(friendship, at=ENDED)
    return entry


def test_an_imported_balance_counts_before_every_conversation_wherever_it_stands() -> None:
    """The import may come while children already talk to us."""
    talked, balance = [_entry(1, 160.0)], _opening(3000.0)

    before, after = topic_levels([balance, *talked]), topic_levels([*talked, balance])

    assert before == after == {MOVIE: P3}
    assert topic_levels(talked) == {MOVIE: P1}


def test_a_balance_below_zero_takes_from_the_others_before_anything_is_clamped() -> None:
    """Topics that sum to more than the score are balanced by an entry below zero; alone it would be clamped away."""
    topics = {TopicId("movie"): TopicMetrics(score=3000.0), TopicId("pets"): TopicMetrics(score=400.0)}
    friendship = Friendship(user_id=USER, score=600.0, topics=topics)
    balance = list(opening_entries(friendship, at=ENDED))

    assert min(entry.change for entry in balance) == -2800.0
    assert topic_levels(balance) == topic_levels(list(reversed(balance)))
    assert topic_levels([*balance, _entry(1, 0.0, "pets")])[TopicId("pets")] is P2


def test_an_imported_balance_is_folded_into_corrections_of_what_came_after() -> None:
    history = [_opening(3000.0, "movie"), replace(_entry(1, 0.0), turns=3)]
    friendship = replace(
        Friendship(user_id=USER, score=3000.0),
        topics={MOVIE: TopicMetrics(score=3000.0, turns=3, friendship_level=P3)},
    )
    correction = standings(history)[ConversationId("conv_1")].corrected_to(
        _worth(500.0), reason=LedgerReason.HEALED, now=ENDED
    )
    assert correction is not None

    healed = corrected(friendship, history, [correction])

    assert (healed.score, healed.topics[MOVIE].score, healed.topics[MOVIE].turns) == (3500.0, 3500.0, 3)
    assert list(differences(USER, healed, [*history, correction])) == []
