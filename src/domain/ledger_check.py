"""Whether friendships and topics are what their ledger adds up to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.friendship import Friendship
from domain.identifiers import TopicId, UserId
from domain.ledger import LedgerEntry, TopicSum, fold
from domain.topic_metrics import TopicMetrics

# Points have four decimal places; what is smaller than this comes from adding floats in another order.
TOLERANCE = 1e-6


class Quantity(StrEnum):
    SCORE = "score"
    TURNS = "turns"


Pair = tuple[TopicId | None, Quantity, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDifference:
    user_id: UserId
    topic_id: TopicId | None
    """None: the friendship itself."""
    quantity: Quantity
    expected: float
    """By the ledger."""
    found: float


def differences(
    user_id: UserId, friendship: Friendship | None, entries: Iterable[LedgerEntry]
) -> Iterator[LedgerDifference]:
    """``entries`` are all of this user. A friendship or a topic that is missing counts as one at zero."""
    found, expected = friendship or Friendship(user_id=user_id), fold(entries)
    score: Pair = (None, Quantity.SCORE, expected.score, found.score)
    pairs = [score]
    for topic_id in sorted(expected.topics.keys() | found.topics.keys()):
        summed, metrics = expected.topics.get(topic_id, TopicSum()), found.topics.get(topic_id, TopicMetrics())
        pairs.append((topic_id, Quantity.SCORE, summed.score, metrics.score))
        pairs.append((topic_id, Quantity.TURNS, summed.turns, metrics.turns))
    for topic, quantity, sum_, kept in pairs:
        if abs(sum_ - kept) > TOLERANCE:
            yield LedgerDifference(user_id=user_id, topic_id=topic, quantity=quantity, expected=sum_, found=kept)
