"""The AsyncAPI document of what travels through the broker, from the topology and the messages themselves."""

from typing import Any

import msgspec
from faststream.rabbit import RabbitBroker
from faststream.specification.asyncapi import AsyncAPI

from infrastructure.rabbitmq import header_schemas
from infrastructure.rabbitmq.dead_letters import CONTENT_TYPE, MAX_BODY_BYTES
from infrastructure.rabbitmq.message import EVENT_TYPE, ConversationEnded
from infrastructure.rabbitmq.topology import Topology

PAYLOAD, HEADERS = "ConversationEnded", "ConversationEndedHeaders"
DEAD_LETTER, DEAD_LETTER_HEADERS = "DeadLetter", "DeadLetterHeaders"
DEAD_CHANNEL, PUT_AWAY = "dead", "put_away"
EXAMPLE: dict[str, Any] = {
    "headers": {
        "cloudEvents:specversion": "1.0",
        "cloudEvents:type": EVENT_TYPE,
        "cloudEvents:source": "/context-handling",
        "cloudEvents:id": "17-2025-11-26T10:20:01+00:00",
        "cloudEvents:subject": "conv_0001",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
    "payload": {
        "event_id": 17,
        "conversation_id": "conv_0001",
        "user_id": "user_42",
        "bot_id": "bot_17",
        "enqueued_at": "2025-11-26T10:20:01Z",
    },
}


async def _receive(message: bytes) -> None:
    """Never called: stands for the consumer."""


def asyncapi_document(topology: Topology, *, version: str) -> dict[str, Any]:
    """AsyncAPI 3. Opens nothing."""
    broker = RabbitBroker("amqp://localhost:5672/", logger=None)
    told = f"A conversation ended and waits to be scored ({EVENT_TYPE}): ids, never the log."
    broker.subscriber(topology.queue, topology.exchange, title="score", description=told)(_receive)
    broker.publisher(topology.queue, topology.exchange, title="announce", schema=bytes, persist=True, description=told)
    specification = AsyncAPI(broker, title="Context Handling", version=version, schema_version="3.0.0")
    document: dict[str, Any] = specification.to_specification().to_jsonable()
    document["components"]["schemas"] = _schemas()
    # FastStream describes messages with pydantic, which does not know ours; and it knows no headers.
    for message in document["components"]["messages"].values():
        message.update(_message(PAYLOAD, HEADERS, "application/json"), examples=[EXAMPLE])
    _tell_dead_letters(document, topology)
    return document


def _schemas() -> dict[str, Any]:
    (_, components) = msgspec.json.schema_components([ConversationEnded], ref_template="#/components/schemas/{name}")
    components[PAYLOAD]["properties"]["enqueued_at"]["format"] = "date-time"
    body = {"type": "string", "contentMediaType": CONTENT_TYPE, "maxLength": MAX_BODY_BYTES, "title": DEAD_LETTER}
    return components | {HEADERS: header_schemas.ENDED, DEAD_LETTER: body, DEAD_LETTER_HEADERS: header_schemas.PUT_AWAY}


def _message(payload: str, headers: str, content_type: str) -> dict[str, Any]:
    return {
        "payload": {"$ref": f"#/components/schemas/{payload}"},
        "headers": {"$ref": f"#/components/schemas/{headers}"},
        "contentType": content_type,
    }


def _tell_dead_letters(document: dict[str, Any], topology: Topology) -> None:
    """Published by the consumer, through no publisher that the framework knows of."""
    queue = {"name": topology.dead_queue_name, "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    document["components"]["messages"][DEAD_LETTER] = {
        "title": DEAD_LETTER,
        "description": f"What nobody could work on, its first {MAX_BODY_BYTES} bytes; of an unknown event its id.",
    } | _message(DEAD_LETTER, DEAD_LETTER_HEADERS, CONTENT_TYPE)
    document["channels"][DEAD_CHANNEL] = {
        "address": topology.dead_queue_name,
        "description": "Waits for a person; nothing consumes it.",
        "servers": document["channels"]["score"]["servers"],
        "messages": {DEAD_LETTER: {"$ref": f"#/components/messages/{DEAD_LETTER}"}},
        "bindings": {"amqp": {"is": "queue", "bindingVersion": "0.3.0", "queue": queue}},
    }
    document["operations"][PUT_AWAY] = {
        "action": "send",
        "channel": {"$ref": f"#/channels/{DEAD_CHANNEL}"},
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "bindingVersion": "0.3.0"}},
        "messages": [{"$ref": f"#/channels/{DEAD_CHANNEL}/messages/{DEAD_LETTER}"}],
    }
