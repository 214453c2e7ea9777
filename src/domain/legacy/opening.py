"""How a friendship of the first implementation enters the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.friendship import Friendship
from domain.identifiers import ConversationId, TopicId
from domain.ledger import LedgerEntry, LedgerReason
from domain.points import rounded

OPENING = "imported balance"
RULES_VERSION = "imported"


def opening_entries(friendship: Friendship, *, at: datetime) -> Iterator[LedgerEntry]:
    """One entry for each topic, and one without a topic for what the score has more than its topics, or less.

    Together they add up to the score, and those of a topic to the topic: the invariant of the ledger.
    """
    for topic_id, metrics in friendship.topics.items():
        if metrics.score or metrics.turns:
            yield _entry(friendship, metrics.score, at, topic_id=topic_id, turns=metrics.turns)
    rest = rounded(friendship.score - sum(metrics.score for metrics in friendship.topics.values()))
    if rest:
        yield _entry(friendship, rest, at)


def joined(ours: Friendship, imported: Friendship) -> Friendship:
    """Points add up; of two dates, streaks and moods the later meeting tells. What we were told stays."""
    together = replace(ours, score=rounded(ours.score + imported.score))
    topics = dict(ours.topics)
    for topic_id, metrics in imported.topics.items():
        known = topics.get(topic_id)
        topics[topic_id] = known.joined_with(metrics, user_level=together.level) if known else metrics
    return replace(
        together,
        topics=topics,
        streak_day=_later(ours, imported).streak_day,
        last_interaction_date=_later(ours, imported).last_interaction_date,
        last_emotion=_later(ours, imported).last_emotion or ours.last_emotion or imported.last_emotion,
        last_followup_topic=ours.last_followup_topic or imported.last_followup_topic,
    )


def _later(ours: Friendship, imported: Friendship) -> Friendship:
    mine, theirs = ours.last_interaction_date, imported.last_interaction_date
    if theirs is None:
        return ours if mine is not None else imported
    return imported if mine is None or theirs > mine else ours


def _entry(
    friendship: Friendship, change: float, at: datetime, *, topic_id: TopicId | None = None, turns: int = 0
) -> LedgerEntry:
    return LedgerEntry(
        user_id=friendship.user_id,
        conversation_id=ConversationId(OPENING if topic_id is None else f"{OPENING}: {topic_id}"),
        revision=0,
        change=change,
        topic_id=topic_id,
        turns=turns,
        rules_version=RULES_VERSION,
        reason=LedgerReason.IMPORTED,
        created_at=at,
    )
