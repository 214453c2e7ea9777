from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identifiers import ConversationId, TopicId, UserId
from domain.points import rounded


class LedgerReason(StrEnum):
    SCORED = "scored"
    HEALED = "healed"
    RECALCULATED = "recalculated"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One change of a friendship. Revision 0 is the first scoring, a later one holds the difference to it."""

    user_id: UserId
    conversation_id: ConversationId
    revision: int
    change: float
    topic_id: TopicId | None
    turns: int
    rules_version: str
    reason: LedgerReason
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSum:
    score: float = 0.0
    turns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSum:
    score: float
    topics: Mapping[TopicId, TopicSum]


def fold(entries: Iterable[LedgerEntry]) -> LedgerSum:
    """What a friendship must look like after these entries, in any order.

    A conversation's revisions add up to a change of at least zero, so a running total that is clamped at
    zero on each step and one clamped at the end agree.
    """
    total = 0.0
    topics: dict[TopicId, TopicSum] = {}
    for entry in entries:
        total = rounded(total + entry.change)
        if entry.topic_id is not None:
            so_far = topics.get(entry.topic_id, TopicSum())
            topics[entry.topic_id] = TopicSum(
                score=rounded(so_far.score + entry.change), turns=so_far.turns + entry.turns
            )
    return LedgerSum(score=max(0.0, total), topics=topics)
