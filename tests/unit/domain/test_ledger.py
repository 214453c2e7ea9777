from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from domain.friendship import Friendship
from domain.identifiers import TopicId
from domain.ledger import LedgerEntry, LedgerReason, LedgerSum, TopicSum, fold
from tests.examples import a_friendship, a_ledger_entry, a_session


def test_an_empty_ledger_is_a_first_touch() -> None:
    assert fold([]) == LedgerSum(score=0.0, topics={})


def test_a_ledger_adds_up_for_the_user_and_for_each_topic() -> None:
    entries = [
        a_ledger_entry(29.0, conversation_id="conv_1", topic_id="movie", turns=3),
        a_ledger_entry(8.0, conversation_id="conv_2", topic_id="pets", turns=8),
        a_ledger_entry(4.0, conversation_id="conv_3", topic_id=None, turns=4),
        a_ledger_entry(15.0, conversation_id="conv_4", topic_id="movie", turns=1),
    ]

    summed = fold(entries)

    assert summed.score == 56.0
    assert summed.topics == {
        TopicId("movie"): TopicSum(score=44.0, turns=4),
        TopicId("pets"): TopicSum(score=8.0, turns=8),
    }


def test_a_correction_holds_the_difference() -> None:
    scored = a_ledger_entry(1.0, revision=0, topic_id="movie", turns=1)
    healed = a_ledger_entry(18.0, revision=1, topic_id="movie", turns=0, reason=LedgerReason.HEALED)
    rescored = a_ledger_entry(-9.5, revision=2, topic_id="movie", turns=0, reason=LedgerReason.RECALCULATED)

    summed = fold([scored, healed, rescored])

    assert summed.score == 9.5
    assert summed.topics[TopicId("movie")] == TopicSum(score=9.5, turns=1)


def test_a_score_is_never_less_than_nothing() -> None:
    assert fold([a_ledger_entry(5.0), a_ledger_entry(-7.0, revision=1)]).score == 0.0


@dataclass(frozen=True)
class Told:
    """A conversation as the ledger tells it: what it was worth after each revision."""

    topic: str | None
    turns: int
    worth: list[float]

    def entries(self, conversation_id: str) -> list[LedgerEntry]:
        before = [0.0, *self.worth]
        return [
            a_ledger_entry(
                round(worth - before[revision], 4),
                conversation_id=conversation_id,
                revision=revision,
                topic_id=self.topic,
                turns=0 if revision else self.turns,
            )
            for revision, worth in enumerate(self.worth)
        ]


CONVERSATIONS = st.builds(
    Told,
    topic=st.sampled_from([None, "movie", "pets"]),
    turns=st.integers(0, 50),
    worth=st.lists(st.integers(0, 10**6).map(lambda points: points / 10_000), min_size=1, max_size=4),
)


@st.composite
def ledgers(draw: st.DrawFn) -> list[LedgerEntry]:
    """Conversations interleaved at random, the revisions of each in order."""
    waiting = [told.entries(f"conv_{number}") for number, told in enumerate(draw(st.lists(CONVERSATIONS, max_size=6)))]
    ledger = []
    while waiting := [entries for entries in waiting if entries]:
        ledger.append(draw(st.sampled_from(waiting)).pop(0))
    return ledger


def stepwise(ledger: list[LedgerEntry]) -> Friendship:
    friendship = a_friendship()
    for entry in ledger:
        friendship = friendship.corrected_by(entry) if entry.revision else friendship.grown_by(entry, a_session())
    return friendship


@given(ledgers())
def test_a_friendship_grown_step_by_step_is_the_fold_of_its_ledger(ledger: list[LedgerEntry]) -> None:
    friendship, summed = stepwise(ledger), fold(ledger)

    topics = {topic: TopicSum(score=seen.score, turns=seen.turns) for topic, seen in friendship.topics.items()}
    assert LedgerSum(score=friendship.score, topics=topics) == summed


@given(data=st.data(), ledger=ledgers())
def test_the_order_of_a_ledger_does_not_matter(data: st.DataObject, ledger: list[LedgerEntry]) -> None:
    shuffled = data.draw(st.permutations(ledger))

    assert fold(shuffled) == fold(ledger)


@given(ledgers())
def test_all_topics_together_have_no_more_points_than_the_user(ledger: list[LedgerEntry]) -> None:
    summed = fold(ledger)

    assert round(sum(topic.score for topic in summed.topics.values()), 4) <= summed.score
