"""`serve` and `consume` while RabbitMQ is down."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.children import Books, an_ended_conversation, bearer, post_all
from tests.end_to_end.conftest import KEY, MODEST
from tests.end_to_end.program import Program, program
from tests.servers.breakable_rabbitmq import BreakableRabbitmq
from tests.servers.fixtures import PrivateRabbitmqFactory

HEADERS = bearer(KEY)


@pytest.fixture
def node(private_rabbitmq: PrivateRabbitmqFactory) -> BreakableRabbitmq:
    return private_rabbitmq()


@pytest.fixture
def ringing(directory: Path, database_url: str, node: BreakableRabbitmq) -> Iterator[Program]:
    settings = {"DATABASE_URL": database_url, "RABBITMQ_URL": node.new_vhost(), "SECRET_KEY": KEY, **MODEST}
    with program(directory, **settings) as started:
        yield started


async def test_what_was_accepted_without_a_broker_is_scored_once_it_is_there(
    ringing: Program, database_url: str, node: BreakableRabbitmq
) -> None:
    books = Books(database_url)
    node.stop()
    service, consumer = ringing.serve(), ringing.consume()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(20)], HEADERS)
    consumer.wait_for("broker")
    async with httpx.AsyncClient(base_url=service.url) as http:
        assert (await http.get("/v1/health")).json()["status"] == "degraded"
    assert books.statuses() == {"PENDING": 20}

    node.start()
    books.make_due_now()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(20, 30)], HEADERS)

    books.wait_until_processed(30)
    books.assert_complete(30)
    assert (service.stop(), consumer.stop()) == (0, 0)


async def test_a_broker_that_restarts_is_found_again(
    ringing: Program, database_url: str, node: BreakableRabbitmq
) -> None:
    books = Books(database_url)
    service = ringing.serve()
    ringing.consume()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(10)], HEADERS)
    books.wait_until_processed(10)

    node.stop()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(10, 20)], HEADERS)
    node.start()
    books.make_due_now()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(20, 30)], HEADERS)

    books.wait_until_processed(30)
    books.assert_complete(30)


async def test_processes_stop_cleanly_without_a_broker(
    ringing: Program, database_url: str, node: BreakableRabbitmq
) -> None:
    books = Books(database_url)
    service, consumer = ringing.serve(), ringing.consume()
    await post_all(service, [an_ended_conversation(1)], HEADERS)
    books.wait_until_processed(1)
    node.kill()
    await post_all(service, [an_ended_conversation(2)], HEADERS)

    assert (service.stop(), consumer.stop()) == (0, 0)
