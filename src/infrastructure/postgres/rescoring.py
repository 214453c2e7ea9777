"""Writing what processed events count after a correction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text

from application.errors import Conflict
from domain.event import ConversationEvent
from infrastructure.postgres.transaction import Transaction

EVENTS_AT_ONCE = 1000

RESCORE = text("""
    UPDATE conversation_events AS event
    SET signals = given.signals, score = given.score, new_friendship_level = given.level
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(event_id bigint, signals jsonb, score jsonb, level text)
    WHERE event.event_id = given.event_id AND event.status = 'PROCESSED'
""")

ANY_EMOTION_HEARD = text("""
    SELECT EXISTS (SELECT FROM conversation_events
                   WHERE conversation_id = ANY(CAST(:conversation_ids AS text[])) AND signals ->> 'emotion' IS NOT NULL)
""")


async def rescore(transaction: Transaction, events: Sequence[ConversationEvent]) -> None:
    for first in range(0, len(events), EVENTS_AT_ONCE):
        some = events[first : first + EVENTS_AT_ONCE]
        rows = msgspec.json.encode([_row(event) for event in some]).decode()
        written = await transaction.execute(RESCORE, {"rows": rows})
        if written.rowcount != len(some):
            raise Conflict("an event is gone, or no longer processed")


def _row(event: ConversationEvent) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "signals": event.signals,
        "score": event.score,
        "level": event.new_friendship_level,
    }
