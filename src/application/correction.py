"""Writing into ledger, friendship and events that conversations count something else than before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.ports.unit_of_work import UnitOfWork
from domain.event import ConversationEvent
from domain.friendship import Friendship
from domain.identifiers import ConversationId
from domain.ledger import LedgerEntry, LedgerReason
from domain.refold import Standing, corrected, standings
from domain.scoring import ScoreBreakdown
from domain.signals import Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What a processed event counts from now on, and what was heard in it."""

    event: ConversationEvent
    signals: Signals
    score: ScoreBreakdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    before: Friendship
    after: Friendship
    entries: Sequence[LedgerEntry]


async def correct(
    work: UnitOfWork, before: Friendship, rescored: Sequence[Rescored], *, reason: LedgerReason, now: datetime
) -> Corrected:
    """All within ``work``, in which the friendship ``before`` is held: so nothing else is counted meanwhile.

    The events are as they stand now, and of one user. Nothing is committed here. Raises Conflict.
    """
    history = await work.ledger.history(before.user_id)
    standing = standings(history)
    entries = [
        entry
        for one in rescored
        if (entry := standing[one.event.conversation_id].corrected_to(one.score, reason=reason, now=now))
    ]
    after = corrected(before, history, entries)
    for emotion_of in rescored:
        after = await _remembering(work, after, emotion_of, standing)
    await work.events.rescore(
        [one.event.rescored(one.score, signals=one.signals, level=after.level) for one in rescored]
    )
    if after != before:
        await work.friendships.save(after)
    await work.ledger.extend(entries)
    return Corrected(before=before, after=after, entries=entries)


async def _remembering(
    work: UnitOfWork, friendship: Friendship, one: Rescored, standing: Mapping[ConversationId, Standing]
) -> Friendship:
    """The last emotion is that of the conversation counted last of those in which one was heard."""
    heard = one.signals.emotion
    if heard is None or one.event.signals.emotion is not None:
        return friendship
    counted = list(standing)
    later = counted[counted.index(one.event.conversation_id) + 1 :]
    return friendship if later and await work.events.any_emotion_heard(later) else friendship.feeling(heard)
