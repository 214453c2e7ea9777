"""What a ledger says of each conversation, and what cannot be told from sums alone: the levels of topics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import ConversationId, TopicId, UserId
from domain.ledger import LedgerEntry, LedgerReason
from domain.points import rounded
from domain.scoring import ScoreBreakdown
from domain.topic_metrics import TopicMetrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a conversation counts after all its revisions."""

    user_id: UserId
    conversation_id: ConversationId
    topic_id: TopicId | None
    turns: int
    change: float
    last_revision: int
    is_opening: bool = False
    """A balance that was brought along by an import, not a conversation."""

    def corrected_to(self, score: ScoreBreakdown, *, reason: LedgerReason, now: datetime) -> LedgerEntry | None:
        """The entry after which it counts this score; None: it does already. Turns are never counted again."""
        difference = rounded(score.final_score_change - self.change)
        if not difference:
            return None
        return LedgerEntry(
            user_id=self.user_id,
            conversation_id=self.conversation_id,
            revision=self.last_revision + 1,
            change=difference,
            topic_id=self.topic_id,
            turns=0,
            rules_version=score.rules_version,
            reason=reason,
            created_at=now,
        )


def standings(entries: Iterable[LedgerEntry]) -> Mapping[ConversationId, Standing]:
    """``entries`` are all of one user, oldest first. In the order in which the conversations were first counted."""
    found: dict[ConversationId, Standing] = {}
    for entry in entries:
        so_far = found.get(entry.conversation_id)
        found[entry.conversation_id] = _first(entry) if so_far is None else _followed(so_far, entry)
    return found


def topic_levels(entries: Iterable[LedgerEntry]) -> Mapping[TopicId, FriendshipLevel]:
    """As if every conversation had counted from the start what it counts now; ``entries`` as for ``standings``.

    A correction takes effect at the place of the conversation it corrects, not at its own: so it leaves the levels
    that a scoring without the fault would have left. An opening balance counts before everything, and as a whole.
    """
    told = sorted(standings(entries).values(), key=lambda standing: not standing.is_opening)
    score, topics = rounded(sum(standing.change for standing in told if standing.is_opening)), _no_topics()
    for standing in told:
        score = score if standing.is_opening else rounded(max(0.0, score + standing.change))
        if standing.topic_id is not None:
            topic, level = topics.get(standing.topic_id, TopicMetrics()), FriendshipLevel.of_score(score)
            changed = topic.changed_by(points=standing.change, turns=standing.turns, user_level=level)
            topics[standing.topic_id] = changed
    return {topic_id: topic.friendship_level for topic_id, topic in topics.items()}


def corrected(friendship: Friendship, history: Sequence[LedgerEntry], entries: Sequence[LedgerEntry]) -> Friendship:
    """After these corrections; ``history`` is the ledger of the user before them."""
    for entry in entries:
        friendship = friendship.corrected_by(entry)
    return friendship.standing_at(topic_levels([*history, *entries])) if entries else friendship


def _no_topics() -> dict[TopicId, TopicMetrics]:
    return {}


def _first(entry: LedgerEntry) -> Standing:
    return Standing(
        user_id=entry.user_id,
        conversation_id=entry.conversation_id,
        topic_id=entry.topic_id,
        turns=entry.turns,
        change=entry.change,
        last_revision=entry.revision,
        is_opening=entry.reason is LedgerReason.IMPORTED,
    )


def _followed(standing: Standing, entry: LedgerEntry) -> Standing:
    return replace(
        standing,
        turns=standing.turns + entry.turns,
        change=rounded(standing.change + entry.change),
        last_revision=max(standing.last_revision, entry.revision),
    )
