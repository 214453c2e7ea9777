"""Inserts any number of new events with their logs in one statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import text

from application.errors import UserErased
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
    "traceparent": "text",
}
_columns = ", ".join(COLUMN_TYPES)
_given = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())

# The rows travel as one JSON text and the logs as one run of bytes, cut up over there: arrays would be written
# out and escaped element by element, which costs more than the insert. One statement whatever the number of
# rows, so that it is prepared once.
INSERT = text(f"""
    WITH given AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS given ({_given}, log_start int, log_bytes int)
    ), erased AS (
        -- The lock is what holds erasers off until this is committed: see erasures.py. It also keeps the planner
        -- from reading the whole table: one look into the index for each row.
        SELECT given.conversation_id FROM given, LATERAL (
            SELECT erased_at FROM erased_users WHERE user_key = sha256(convert_to(given.user_id, 'UTF8'))
            FOR KEY SHARE
        ) AS mark
        WHERE given.end_time <= erased_at
    ), event AS (
        INSERT INTO conversation_events ({_columns}, status, attempt_count, fence, next_attempt_at, signals)
        SELECT {_columns}, 'PENDING', 0, 0, created_at, '{{}}' FROM given
        WHERE NOT EXISTS (SELECT FROM erased WHERE erased.conversation_id = given.conversation_id)
        -- In one order everywhere: two writers with the same ids would else wait for each other for ever.
        ORDER BY conversation_id
        ON CONFLICT DO NOTHING
        RETURNING event_id, conversation_id
    ), log AS (
        INSERT INTO conversation_logs (event_id, content)
        SELECT event_id, substring(CAST(:logs AS bytea) FROM log_start FOR log_bytes)
        FROM event JOIN given USING (conversation_id) WHERE log_bytes IS NOT NULL
    )
    SELECT event_id, conversation_id FROM event
    UNION ALL
    SELECT NULL, conversation_id FROM erased
""")  # noqa: S608 - put together from the constants above


Stored = ConversationEvent | UserErased | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    event: NewEvent
    inline_log: bytes | None


async def insert_events(transaction: Transaction, arrivals: Sequence[Arrival]) -> list[Stored]:
    """For each arrival what became of it: None where the id is taken or the content is stored already.

    No two arrivals may have the same conversation id.
    """
    parameters = {
        "rows": msgspec.json.encode(list(_rows(arrivals))).decode(),
        "logs": b"".join(arrival.inline_log or b"" for arrival in arrivals),
    }
    inserted = await transaction.execute(INSERT, parameters)
    ids = {row.conversation_id: row.event_id for row in inserted}
    return [_stored(arrival.event, ids) for arrival in arrivals]


def _rows(arrivals: Sequence[Arrival]) -> Iterator[dict[str, Any]]:
    log_start = 1  # SQL counts from one
    for arrival in arrivals:
        log_bytes = None if arrival.inline_log is None else len(arrival.inline_log)
        yield new_row(arrival.event) | {
            # The text form of bytea.
            "fingerprint": "\\x" + arrival.event.fingerprint,
            "announce_at": arrival.event.created_at + GRACE,
            "log_start": log_start,
            "log_bytes": log_bytes,
        }
        log_start += log_bytes or 0


def _stored(event: NewEvent, ids: Mapping[str, int | None]) -> Stored:
    """``ids`` of those that were inserted; None for those of erased users."""
    if event.conversation_id not in ids:
        return None
    if (event_id := ids[event.conversation_id]) is None:
        return UserErased(event.conversation_id)
    return ConversationEvent(
        event_id=EventId(event_id),
        conversation_id=event.conversation_id,
        reported=event.reported,
        log=event.log,
        log_location=event.log_location,
        fingerprint=event.fingerprint,
        created_at=event.created_at,
        next_attempt_at=event.created_at,
        traceparent=event.traceparent,
    )
