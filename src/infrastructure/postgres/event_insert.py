"""Inserts any number of new events with their logs in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from domain.event import ConversationEvent, NewEvent
from domain.identifiers import EventId
from infrastructure.postgres.event_rows import new_row
from infrastructure.postgres.transaction import Transaction

# A new event is announced by whoever accepted it; the relay steps in when that was lost.
GRACE = timedelta(milliseconds=2500)

COLUMN_TYPES = {
    "conversation_id": "text",
    "reported_id": "text",
    "user_id": "text",
    "bot_type": "text",
    "bot_kind": "text",
    "bot_id": "text",
    "bot_name": "text",
    "agent_tag": "text",
    "start_time": "timestamptz",
    "end_time": "timestamptz",
    "utterances": "int",
    "pika_utterances": "int",
    "user_utterances": "int",
    "log_size_bytes": "int",
    "log_location": "text",
    "fingerprint": "bytea",
    "created_at": "timestamptz",
    "announce_at": "timestamptz",
    "content": "bytea",
}
_columns = [name for name in COLUMN_TYPES if name != "content"]
_arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in COLUMN_TYPES.items())

# One statement whatever the number of rows, so that it is prepared once.
INSERT = text(f"""
    WITH given AS (
        SELECT * FROM unnest({_arrays}) AS given ({", ".join(COLUMN_TYPES)})
    ), event AS (
        INSERT INTO conversation_events (
            {", ".join(_columns)}, status, attempt_count, fence, next_attempt_at, signals)
        SELECT {", ".join(_columns)}, 'PENDING', 0, 0, created_at, '{{}}' FROM given
        ON CONFLICT DO NOTHING
        RETURNING event_id, conversation_id
    ), log AS (
        INSERT INTO conversation_logs (event_id, content)
        SELECT event_id, content FROM event JOIN given USING (conversation_id) WHERE content IS NOT NULL
    )
    SELECT event_id, conversation_id FROM event
""")  # noqa: S608 - put together from the constants above


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    event: NewEvent
    inline_log: bytes | None


async def insert_events(transaction: Transaction, arrivals: Sequence[Arrival]) -> list[ConversationEvent | None]:
    """For each arrival its stored event, or None where the id is taken or the content is stored already.

    No two arrivals may have the same conversation id.
    """
    rows = [_row(arrival) for arrival in arrivals]
    parameters = {name: [row[name] for row in rows] for name in COLUMN_TYPES}
    inserted = await transaction.execute(INSERT, parameters)
    ids = {row.conversation_id: EventId(row.event_id) for row in inserted}
    return [_stored(arrival.event, ids.get(arrival.event.conversation_id)) for arrival in arrivals]


def _row(arrival: Arrival) -> dict[str, Any]:
    announce_at = arrival.event.created_at + GRACE
    return new_row(arrival.event) | {"announce_at": announce_at, "content": arrival.inline_log}


def _stored(event: NewEvent, event_id: EventId | None) -> ConversationEvent | None:
    if event_id is None:
        return None
    return ConversationEvent(
        event_id=event_id,
        conversation_id=event.conversation_id,
        reported=event.reported,
        log=event.log,
        log_location=event.log_location,
        fingerprint=event.fingerprint,
        created_at=event.created_at,
        next_attempt_at=event.created_at,
    )
