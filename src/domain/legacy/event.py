"""Rows of ``conversation_events``: history, and conversations that still wait to be counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from domain.ended_conversation import EndedConversation, EndsBeforeItStarts
from domain.event_status import EventStatus
from domain.friendship_level import FriendshipLevel
from domain.identifiers import BotId, ConversationId, UserId
from domain.legacy.findings import Read, Repair, Unusable
from domain.legacy.row import RowReader
from domain.legacy.score import read_score, read_signals
from domain.scoring import ScoreBreakdown
from domain.signals import Signals

WAITING = ("PENDING", "FAILED", "PROCESSING")
MAYBE_COUNTED = "The first implementation scored it and did not finish: it may be counted already."


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyEvent:
    reported: EndedConversation
    created_at: datetime
    status: EventStatus
    attempt_count: int
    processed_at: datetime | None
    score: ScoreBreakdown | None
    signals: Signals
    new_friendship_level: FriendshipLevel | None
    log_items: Sequence[object] | None
    raw_log_items: Sequence[object] | None
    """As the backend sent it. None: it is not there."""
    error_details: str | None = None


def read_event(cells: Mapping[str, object], zone: tzinfo) -> Read[LegacyEvent]:
    """Raises Unusable."""
    row = RowReader(cells=cells, zone=zone)
    reported = _reported(row)
    score = read_score(row)
    status = _status(row, is_scored=score is not None)
    is_history = status is EventStatus.PROCESSED
    event = LegacyEvent(
        reported=reported,
        created_at=row.moment("created_at") or reported.end_time,
        status=status,
        attempt_count=row.count("attempt_count") if status is not EventStatus.PENDING else 0,
        processed_at=(row.moment("processed_at") or reported.end_time) if is_history else None,
        score=score if is_history else None,
        signals=read_signals(row) if is_history else Signals(),
        new_friendship_level=row.level("new_friendship_level") if is_history else None,
        log_items=row.items("conversation_log"),
        raw_log_items=row.items("raw_conversation_log"),
        error_details=MAYBE_COUNTED if Repair.MAYBE_COUNTED in row.repairs else None,
    )
    return Read(value=event, repairs=frozenset(row.repairs))


def _reported(row: RowReader) -> EndedConversation:
    start, end = row.moment("start_time"), row.moment("end_time")
    if start is None or end is None:
        raise Unusable("start_time or end_time is missing")
    try:
        return EndedConversation(
            conversation_id=ConversationId(row.identifier("conversation_id")),
            user_id=UserId(row.identifier("user_id")),
            bot_type=row.text("bot_type"),
            bot_id=BotId(row.text("bot_id")),
            bot_name=row.text("bot_name"),
            agent_tag=row.text("agent_tag") or None,
            start_time=start,
            end_time=end,
        )
    except EndsBeforeItStarts:
        raise Unusable("it does not end after it starts") from None


def _status(row: RowReader, *, is_scored: bool) -> EventStatus:
    """What waits is scored here, unless the first implementation may have counted it: then a person decides."""
    name = row.text("status").upper()
    if name in WAITING:
        row.repairs.add(Repair.MAYBE_COUNTED if is_scored else Repair.AGAIN_PENDING)
        return EventStatus.PERMANENTLY_FAILED if is_scored else EventStatus.PENDING
    try:
        return EventStatus(name)
    except ValueError:
        raise Unusable("its status is unknown") from None
