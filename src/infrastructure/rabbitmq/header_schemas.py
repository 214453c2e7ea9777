"""What stands in the headers of our messages, as JSON Schema: for the AsyncAPI document."""

from typing import Any

from infrastructure.rabbitmq.dead_letters import PUT_AWAY_AT, REASON
from infrastructure.rabbitmq.message import CLOUD_EVENTS, EVENT_TYPE, SOURCE, TRACEPARENT

ENDED: dict[str, Any] = {
    "title": "ConversationEndedHeaders",
    "description": "CloudEvents 1.0 in AMQP's binary mode; a consumer needs none of them.",
    "type": "object",
    "properties": {
        f"{CLOUD_EVENTS}specversion": {"const": "1.0"},
        f"{CLOUD_EVENTS}type": {"const": EVENT_TYPE, "description": "another one, and the message is put away"},
        f"{CLOUD_EVENTS}source": {"const": SOURCE},
        f"{CLOUD_EVENTS}id": {"type": "string", "description": "another one for each announcement of the same event"},
        f"{CLOUD_EVENTS}subject": {"type": "string", "description": "the conversation's id"},
        TRACEPARENT: {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
            "description": "W3C Trace Context of whoever reported the conversation; not there when nobody traces",
        },
    },
    "required": [f"{CLOUD_EVENTS}{name}" for name in ("specversion", "type", "source", "id", "subject")],
}
PUT_AWAY: dict[str, Any] = {
    "title": "DeadLetterHeaders",
    "description": "Ours; or, where the broker itself put it here, those of the message and the broker's x-death.",
    "type": "object",
    "properties": {
        REASON: {"type": "string", "description": "why nobody could work on it", "examples": ["not JSON"]},
        PUT_AWAY_AT: {"type": "string", "format": "date-time"},
        "x-death": {"type": "array", "items": {"type": "object"}, "description": "the broker's own story of it"},
    },
    "anyOf": [{"required": [REASON, PUT_AWAY_AT]}, {"required": ["x-death"]}],
}
