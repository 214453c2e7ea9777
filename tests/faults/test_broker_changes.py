"""What operators and a broker in trouble do to a running service; nobody restarts it, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import aiormq
import pytest

from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Nursery, nursery
from tests.faults.patience import until
from tests.faults.rolling import addresses, assert_more_is_accepted, rolled, started
from tests.faults.settings import BRISK
from tests.servers.breakable_rabbitmq import BreakableRabbitmq

pytestmark = pytest.mark.servers
QUEUE = "conversation_events_processing"
NOTICED_SECONDS = 10.0
# A lost announcement waits for the relay about a minute: within this, only a subscription can have told.
SOON_SECONDS = 20.0
USER, SUCCESSOR = "robot_backend", "robot_backend_2"


@pytest.fixture
def vhost(fragile_rabbitmq: BreakableRabbitmq) -> str:
    return fragile_rabbitmq.new_vhost()


@pytest.fixture
def service(directory: Path, database_url: str, vhost: str) -> Iterator[Nursery]:
    with nursery(directory, {**BRISK, "DATABASE_URL": database_url, "RABBITMQ_URL": vhost}) as children:
        yield children


async def test_a_deleted_queue_is_made_again_and_consumed(
    service: Nursery, checker: Checker, fragile_rabbitmq: BreakableRabbitmq, vhost: str
) -> None:
    """The server cancels every consumer of a queue that is deleted."""
    api = await _up(service)
    async with Backend([api]) as backend:
        await _assert_scored(backend, checker)
        fragile_rabbitmq.endpoint.delete_queue(vhost, QUEUE)
        assert await until(lambda: QUEUE in fragile_rabbitmq.endpoint.consumed(vhost), seconds=NOTICED_SECONDS)

        await _assert_scored(backend, checker, seconds=NOTICED_SECONDS)
        checker.assert_all_counted(backend.promises)


async def test_connections_closed_by_the_server_are_made_again(
    service: Nursery, checker: Checker, fragile_rabbitmq: BreakableRabbitmq, vhost: str
) -> None:
    api = await _up(service)
    async with Backend([api]) as backend:
        await _assert_scored(backend, checker)
        assert await until(lambda: fragile_rabbitmq.endpoint.close_connections(vhost) > 0, seconds=NOTICED_SECONDS)

        await asyncio.sleep(NOTICED_SECONDS / 2)
        await _assert_scored(backend, checker)
        checker.assert_all_counted(backend.promises)


async def test_a_memory_alarm_blocks_nobody_and_what_it_delayed_is_announced_again(
    service: Nursery, checker: Checker, fragile_rabbitmq: BreakableRabbitmq
) -> None:
    api = await _up(service)
    async with Backend([api]) as backend:
        fragile_rabbitmq.raise_memory_alarm()
        assert await until(fragile_rabbitmq.endpoint.alarms)
        await backend.post_new(5)
        assert {call.status for call in backend.calls} == {202}
        assert max(call.seconds for call in backend.calls) < float(BRISK["RABBITMQ_TIMEOUT_SECONDS"])

        fragile_rabbitmq.clear_memory_alarm()
        assert await until(lambda: not fragile_rabbitmq.endpoint.alarms())
        await _assert_scored(backend, checker)
        assert await until(lambda: not checker.unfinished(backend.promises), seconds=90)
        checker.assert_all_counted(backend.promises)


async def test_a_changed_password_of_the_broker_costs_time_and_no_data(
    service: Nursery, checker: Checker, fragile_rabbitmq: BreakableRabbitmq, vhost: str
) -> None:
    endpoint = fragile_rabbitmq.endpoint
    old = {"RABBITMQ_URL": endpoint.new_user(vhost, name=USER, password="before")}
    api, consumer = service.serve(old), service.consume(old)
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    async with Backend([api.url]) as backend:
        await _assert_scored(backend, checker)
        new = {"RABBITMQ_URL": endpoint.new_user(vhost, name=USER, password="after")}
        assert await until(lambda: endpoint.close_connections(vhost) > 0, seconds=NOTICED_SECONDS)
        await backend.post_new(3)
        assert {call.status for call in backend.calls} == {202}
        assert (api.stop(), consumer.stop()) == (0, 0)

        service.serve(new, port=api.port)
        service.consume(new)
        await _assert_scored(backend, checker)
        fragile_rabbitmq.control("close_all_user_connections", USER, "rotated")  # as after a theft
        await asyncio.sleep(NOTICED_SECONDS / 2)
        await _assert_scored(backend, checker)
        assert await until(lambda: not checker.unfinished(backend.promises), seconds=90)
        checker.assert_all_counted(backend.promises)


async def test_a_new_user_of_the_broker_takes_over_and_the_old_one_is_removed(
    service: Nursery, checker: Checker, fragile_rabbitmq: BreakableRabbitmq, vhost: str
) -> None:
    endpoint = fragile_rabbitmq.endpoint
    old = {"RABBITMQ_URL": endpoint.new_user(vhost, name=USER, password="before")}
    running = await started(service, old)
    async with Backend(addresses(running)) as backend:
        async with backend.under_load(robots=2):
            await assert_more_is_accepted(backend)
            running = await rolled(service, running, {"RABBITMQ_URL": _made_by_an_operator(fragile_rabbitmq, vhost)})
            assert await until(lambda: endpoint.users(vhost) == {SUCCESSOR})
            thief = await aiormq.connect(old["RABBITMQ_URL"])
            fragile_rabbitmq.control("delete_user", USER)
            assert await until(lambda: thief.is_closed)
            await assert_more_is_accepted(backend)

        await _assert_scored(backend, checker)
        assert await until(lambda: not checker.unfinished(backend.promises), seconds=90)
        checker.assert_all_counted(backend.promises)
        assert endpoint.users(vhost) == {SUCCESSOR}


def _made_by_an_operator(broker: BreakableRabbitmq, url: str) -> str:
    """With the commands of docs/secrets_rotation.md; the URL for the new user."""
    vhost = urlsplit(url)
    broker.control("add_user", SUCCESSOR, "after")
    broker.control("set_permissions", "-p", vhost.path.removeprefix("/"), SUCCESSOR, ".*", ".*", ".*")
    return urlunsplit(vhost._replace(netloc=f"{SUCCESSOR}:after@{vhost.hostname}:{vhost.port}"))


async def _up(service: Nursery) -> str:
    api, consumer = service.serve(), service.consume()
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    return api.url


async def _assert_scored(backend: Backend, checker: Checker, *, seconds: float = SOON_SECONDS) -> None:
    [posted] = await backend.post_new()
    assert await until(lambda: not checker.unfinished([posted]), seconds=seconds)
