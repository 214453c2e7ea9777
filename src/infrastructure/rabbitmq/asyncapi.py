"""The AsyncAPI document of what travels through the broker, from the topology and the message themselves."""

from typing import Any

import msgspec
from faststream.rabbit import RabbitBroker
from faststream.specification.asyncapi import AsyncAPI

from infrastructure.rabbitmq.message import EVENT_TYPE, ConversationEnded
from infrastructure.rabbitmq.topology import Topology

PAYLOAD = "ConversationEnded"


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
    # FastStream describes messages with pydantic, which does not know ours; and what an example broker is
    # called is nobody's contract.
    (_, components) = msgspec.json.schema_components([ConversationEnded], ref_template="#/components/schemas/{name}")
    components[PAYLOAD]["properties"]["enqueued_at"]["format"] = "date-time"
    document["components"]["schemas"] = components
    for message in document["components"]["messages"].values():
        message["payload"] = {"$ref": f"#/components/schemas/{PAYLOAD}"}
        message["contentType"] = "application/json"
    return document
