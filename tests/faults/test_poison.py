"""Messages that nobody can work on: put away with a reason, counted, and in nobody's way."""

import asyncio
from dataclasses import dataclass, field

import aio_pika
import pytest

from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Nursery
from tests.faults.patience import until

pytestmark = pytest.mark.servers
EXCHANGE = "conversation_exchange"
QUEUE = "conversation_events_processing"
DEAD = "conversation_events_dead"
REASON = "x-dead-letter-reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    body: bytes
    reason: str
    headers: dict[str, str] = field(default_factory=dict)


POISONS = {
    "undecodable": Poison(body=b"\x80\xff not JSON", reason="not JSON"),
    "empty": Poison(body=b"", reason="not JSON"),
    "wrong schema": Poison(body=b'{"event": 1}', reason="wrong schema"),
    "wrong type": Poison(body=b'{"event_id": "seventeen"}', reason="wrong schema"),
    "unknown event": Poison(body=b'{"event_id": 987654321}', reason="unknown event"),
    "unknown CloudEvents type": Poison(
        body=b'{"event_id": 1}', headers={"cloudEvents:type": "conversation.begun.v9"}, reason="unknown type of event"
    ),
    "five megabytes": Poison(body=b"x" * (5 * 2**20), reason="not JSON"),
    "five megabytes of brackets": Poison(body=b"[" * (5 * 2**20), reason="wrong schema"),
}


async def test_poison_is_put_away_with_a_reason_and_the_queue_goes_on(
    brisk: Nursery, checker: Checker, rabbitmq_url: str
) -> None:
    service, consumer = brisk.serve(), brisk.consume()
    await asyncio.to_thread(service.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    async with Backend([service.url]) as backend, await aio_pika.connect(rabbitmq_url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange(EXCHANGE)
        for poison in POISONS.values():
            message = aio_pika.Message(poison.body, headers=dict(poison.headers))
            await exchange.publish(message, routing_key="conversation.end")
            await backend.post_new()
        assert await until(lambda: not checker.unfinished(backend.promises))
        dead = await _taken(channel, len(POISONS))
        left = await channel.declare_queue(QUEUE, passive=True)

    assert sorted(str(message.headers[REASON]) for message in dead) == sorted(
        poison.reason for poison in POISONS.values()
    )
    assert max(len(message.body) for message in dead) < 2**16
    assert left.declaration_result.message_count == 0
    assert f'"so_far": {len(POISONS)}' in consumer.output()
    checker.assert_all_counted(backend.promises)
    assert consumer.stop() == 0


async def _taken(channel: aio_pika.abc.AbstractChannel, number: int) -> list[aio_pika.abc.AbstractIncomingMessage]:
    queue = await channel.get_queue(DEAD)
    taken: list[aio_pika.abc.AbstractIncomingMessage] = []
    async with asyncio.timeout(30):
        while len(taken) < number:
            message = await queue.get(fail=False)
            if message is None:
                await asyncio.sleep(0.1)
                continue
            await message.ack()
            taken.append(message)
    assert await queue.get(fail=False) is None
    return taken
