"""What a broker really delivers of ours is what docs/api/asyncapi.json says."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aio_pika
import jsonschema_rs
import pytest
from aio_pika.abc import AbstractIncomingMessage

from infrastructure.in_memory.clock import FakeClock
from infrastructure.rabbitmq.dead_letters import DeadLetters
from tests.contracts.queues import TIMEOUT, TOPOLOGY, Queue, a_session, an_announcement, rabbitmq_queue, received
from tests.examples import TRACEPARENT

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "api" / "asyncapi.json").read_bytes())


@pytest.fixture
async def queue(rabbitmq_url: str) -> AsyncIterator[Queue]:
    async with rabbitmq_queue(rabbitmq_url) as queue:
        yield queue


@pytest.mark.parametrize("traceparent", [None, TRACEPARENT])
async def test_an_announcement_is_as_documented(queue: Queue, rabbitmq_url: str, traceparent: str | None) -> None:
    await queue.publisher.publish(an_announcement(traceparent=traceparent))

    message = await received(rabbitmq_url)

    _assert_documented(message, of="announce", payload=json.loads(message.body))
    assert _channel("announce")["address"] == message.routing_key
    assert _channel("announce")["bindings"]["amqp"]["exchange"]["name"] == message.exchange


async def test_a_message_that_was_put_away_is_as_documented(rabbitmq_url: str) -> None:
    session = a_session(rabbitmq_url)
    await DeadLetters(session=session, clock=FakeClock(), timeout=TIMEOUT).put(b"\xff" * 5_000, reason="not JSON")
    await session.close()

    message = await _dead(rabbitmq_url)

    _assert_documented(message, of="put_away", payload=message.body.decode("latin-1"))
    assert message.headers["x-dead-letter-reason"] == "not JSON"


async def test_a_message_that_the_broker_put_away_is_as_documented(queue: Queue, rabbitmq_url: str) -> None:
    await queue.publisher.publish(an_announcement())
    async with await aio_pika.connect(rabbitmq_url, timeout=TIMEOUT.total_seconds()) as connection:
        living = await (await connection.channel()).get_queue(TOPOLOGY.queue_name)
        await (await living.get(timeout=TIMEOUT.total_seconds())).reject(requeue=False)
        message = await _dead(rabbitmq_url)

    assert _faults(_message_of("put_away")["headers"], _plain(message.headers)) == []
    assert "x-death" in message.headers


def test_the_example_is_as_documented() -> None:
    told = _message_of("announce")
    for example in told["examples"]:
        assert _faults(told["headers"], example["headers"]) == []
        assert _faults(told["payload"], example["payload"]) == []


async def _dead(url: str) -> AbstractIncomingMessage:
    async with await aio_pika.connect(url, timeout=TIMEOUT.total_seconds()) as connection:
        queue = await (await connection.channel()).get_queue(TOPOLOGY.dead_queue_name)
        message = await queue.get(timeout=TIMEOUT.total_seconds(), fail=True)
        await message.ack()
    return message


def _assert_documented(message: AbstractIncomingMessage, *, of: str, payload: object) -> None:
    told = _message_of(of)
    assert message.content_type == told["contentType"]
    assert _faults(told["headers"], _plain(message.headers)) == []
    assert _faults(told["payload"], payload) == []
    assert message.delivery_mode == _operation(of)["bindings"]["amqp"]["deliveryMode"]


def _operation(name: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["operations"][name]
    return found


def _channel(operation: str) -> dict[str, Any]:
    return _resolved(_operation(operation)["channel"])


def _message_of(operation: str) -> dict[str, Any]:
    return _resolved(_resolved(_operation(operation)["messages"][0]))


def _resolved(reference: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT
    for step in reference["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def _schema(reference: dict[str, str]) -> dict[str, Any]:
    return reference | {"components": DOCUMENT["components"]}


def _faults(reference: dict[str, str], value: object) -> list[str]:
    validator = jsonschema_rs.validator_for(_schema(reference), validate_formats=True)
    return [error.message for error in validator.iter_errors(value)]


def _plain(headers: Any) -> dict[str, Any]:  # noqa: ANN401 - what the client makes of AMQP's own types
    plain: dict[str, Any] = json.loads(json.dumps(dict(headers), default=str))
    return plain
