import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aio_pika
import msgspec
import pytest

from application.errors import DependencyUnavailable
from infrastructure.in_memory.announcer import RememberingPublisher
from infrastructure.in_memory.clock import NEW_YEAR
from infrastructure.in_process_queue.queue import CAPACITY, InProcessQueue
from tests.contracts.queues import (
    TIMEOUT,
    TOPOLOGY,
    Queue,
    a_session,
    an_announcement,
    in_process_queue,
    rabbit_publisher,
    rabbitmq_queue,
    received,
    remembering_queue,
)
from tests.examples import TRACEPARENT

NOBODY_THERE = "amqp://guest:guest@127.0.0.1:1/"
WITHIN_A_TEST = 30


@pytest.fixture(params=["in_memory", "in_process", pytest.param("rabbitmq", marks=pytest.mark.servers)])
def queue_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("rabbitmq_url") if request.param == "rabbitmq" else request.param
    return url


@pytest.fixture
async def queue(queue_url: str) -> AsyncIterator[Queue]:
    if queue_url == "in_memory":
        yield remembering_queue()
    elif queue_url == "in_process":
        yield in_process_queue()
    else:
        async with rabbitmq_queue(queue_url) as queue:
            yield queue


async def test_what_is_published_arrives(queue: Queue) -> None:
    await queue.publisher.publish(an_announcement())

    assert await queue.receive() == an_announcement()


async def test_the_trace_it_belongs_to_arrives_with_it(queue: Queue) -> None:
    announcement = an_announcement(traceparent=TRACEPARENT)

    await queue.publisher.publish(announcement)

    assert await queue.receive() == announcement


async def test_announcements_arrive_in_the_order_in_which_they_were_published(queue: Queue) -> None:
    for number in range(5):
        await queue.publisher.publish(an_announcement(number))

    assert [await queue.receive() for _ in range(5)] == [an_announcement(number) for number in range(5)]


async def test_many_may_publish_at_once(queue: Queue) -> None:
    await asyncio.gather(*(queue.publisher.publish(an_announcement(number)) for number in range(20)))

    arrived = [await queue.receive() for _ in range(20)]
    assert sorted(announcement.event_id for announcement in arrived) == list(range(20))


async def test_a_publisher_told_to_be_away_is_unavailable() -> None:
    with pytest.raises(DependencyUnavailable):
        await RememberingPublisher(reachable=False).publish(an_announcement())


async def test_a_full_in_process_queue_is_unavailable() -> None:
    queue = InProcessQueue()
    for number in range(CAPACITY):
        await queue.publish(an_announcement(number))

    with pytest.raises(DependencyUnavailable):
        await queue.publish(an_announcement())


async def test_a_broker_that_is_not_there_is_unavailable() -> None:
    session = a_session(NOBODY_THERE)

    async with asyncio.timeout(WITHIN_A_TEST):
        with pytest.raises(DependencyUnavailable):
            await rabbit_publisher(session, timeout=timedelta(seconds=2)).publish(an_announcement())
        await session.close()


async def test_a_broker_that_accepts_and_never_answers_is_unavailable_by_the_deadline() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    url = f"amqp://guest:guest@127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    # Connecting must give up before publishing does: a connection cut off from outside would try again for ever.
    session = a_session(url, connect_timeout=timedelta(seconds=0.1))

    async with asyncio.timeout(WITHIN_A_TEST):
        with pytest.raises(DependencyUnavailable):
            await rabbit_publisher(session, timeout=timedelta(seconds=1)).publish(an_announcement())
        await session.close()
    server.close()


async def test_a_message_carries_the_ids_and_when_it_was_queued(rabbitmq_url: str) -> None:
    async with rabbitmq_queue(rabbitmq_url) as queue:
        await queue.publisher.publish(an_announcement())
        message = await received(rabbitmq_url)

    assert message.content_type == "application/json"
    assert msgspec.json.decode(message.body) == {
        "event_id": 1,
        "conversation_id": "conv_1",
        "user_id": "user_42",
        "bot_id": "bot_17",
        "enqueued_at": "2026-01-08T03:00:00Z",
    }


async def test_a_message_is_a_cloud_event(rabbitmq_url: str) -> None:
    async with rabbitmq_queue(rabbitmq_url) as queue:
        await queue.publisher.publish(an_announcement())
        message = await received(rabbitmq_url)

    assert {name: value for name, value in message.headers.items() if name.startswith("cloudEvents:")} == {
        "cloudEvents:specversion": "1.0",
        "cloudEvents:type": "conversation.ended.v1",
        "cloudEvents:source": "/context-handling",
        "cloudEvents:id": f"1-{NEW_YEAR.isoformat()}",
        "cloudEvents:subject": "conv_1",
    }


async def test_a_message_survives_the_broker_and_names_its_event(rabbitmq_url: str) -> None:
    async with rabbitmq_queue(rabbitmq_url) as queue:
        await queue.publisher.publish(an_announcement())
        message = await received(rabbitmq_url)

    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert message.message_id == "1"
    assert (message.exchange, message.routing_key) == ("conversation_exchange", "conversation.end")


async def test_a_message_that_reaches_no_queue_is_not_taken_for_published(rabbitmq_url: str) -> None:
    async with rabbitmq_queue(rabbitmq_url) as queue:
        await queue.publisher.publish(an_announcement())
        async with await aio_pika.connect(rabbitmq_url, timeout=TIMEOUT.total_seconds()) as connection:
            await (await connection.channel()).queue_delete(TOPOLOGY.queue_name)

        with pytest.raises(DependencyUnavailable):
            await queue.publisher.publish(an_announcement())
