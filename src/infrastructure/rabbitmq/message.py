from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from application.ports.conversation_events import Announcement
from domain.identifiers import EventId

EVENT_TYPE = "conversation.ended.v1"
SOURCE = "/context-handling"
CLOUD_EVENTS = "cloudEvents:"
TRACEPARENT = "traceparent"
MAX_EVENT_ID = 2**63 - 1  # of a bigint


class ConversationEnded(msgspec.Struct, frozen=True, kw_only=True):
    """What travels through the queue: ids, never the log."""

    event_id: int
    conversation_id: str
    user_id: str
    bot_id: str
    enqueued_at: datetime


class EventIdOnly(msgspec.Struct, frozen=True):
    """All that a consumer needs; the rest of the message may change without breaking it."""

    event_id: Annotated[int, msgspec.Meta(ge=1, le=MAX_EVENT_ID)]


def message_of(announcement: Announcement, *, now: datetime) -> ConversationEnded:
    return ConversationEnded(
        event_id=announcement.event_id,
        conversation_id=announcement.conversation_id,
        user_id=announcement.user_id,
        bot_id=announcement.bot_id,
        enqueued_at=now,
    )


def cloud_event_headers(message: ConversationEnded) -> dict[str, str]:
    """The CloudEvents attributes in AMQP binary mode (CloudEvents AMQP protocol binding 1.0)."""
    return {
        f"{CLOUD_EVENTS}specversion": "1.0",
        f"{CLOUD_EVENTS}type": EVENT_TYPE,
        f"{CLOUD_EVENTS}source": SOURCE,
        f"{CLOUD_EVENTS}id": f"{message.event_id}-{message.enqueued_at.isoformat()}",
        f"{CLOUD_EVENTS}subject": message.conversation_id,
    }


def trace_headers(announcement: Announcement) -> dict[str, str]:
    """By the name that the W3C gives it; none where nobody traces."""
    return {TRACEPARENT: announcement.traceparent} if announcement.traceparent else {}


def traceparent_of(headers: Mapping[str, object]) -> str | None:
    """As it came: whoever continues a trace checks it."""
    given = headers.get(TRACEPARENT)
    return given if isinstance(given, str) else None


class DeadLetterReason(StrEnum):
    """Why nobody can work on a message; in words that are safe to log."""

    UNKNOWN_TYPE = "unknown type of event"
    WRONG_SCHEMA = "wrong schema"
    NOT_JSON = "not JSON"
    UNKNOWN_EVENT = "unknown event"


class UnreadableMessage(Exception):
    def __init__(self, reason: DeadLetterReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def event_id_of(body: bytes, headers: Mapping[str, object]) -> EventId:
    """Raises UnreadableMessage."""
    kind = headers.get(f"{CLOUD_EVENTS}type", EVENT_TYPE)
    if kind != EVENT_TYPE:
        raise UnreadableMessage(DeadLetterReason.UNKNOWN_TYPE)
    try:
        return EventId(_decoder.decode(body).event_id)
    except msgspec.ValidationError:
        raise UnreadableMessage(DeadLetterReason.WRONG_SCHEMA) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UnreadableMessage(DeadLetterReason.NOT_JSON) from None


_decoder = msgspec.json.Decoder(EventIdOnly)
