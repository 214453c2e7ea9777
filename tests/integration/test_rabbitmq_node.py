from pathlib import Path

import aio_pika
import psutil
import pytest

from infrastructure.private_postgres.processes import wait_until
from tests.servers.directories import open_directory
from tests.servers.fixtures import PrivateRabbitmqFactory
from tests.servers.rabbitmq_node import PrivateRabbitmq


async def test_a_fresh_vhost_carries_a_message(rabbitmq_url: str) -> None:
    async with await aio_pika.connect(rabbitmq_url, timeout=5) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("greetings")
        await channel.default_exchange.publish(aio_pika.Message(b"hello"), routing_key="greetings")
        message = await queue.get(timeout=5)
        await message.ack()

    assert message.body == b"hello"


async def test_a_killed_node_comes_back_at_the_same_address(private_rabbitmq: PrivateRabbitmqFactory) -> None:
    node = private_rabbitmq()
    vhost = node.new_vhost()

    node.kill()
    with pytest.raises(ConnectionError):
        await aio_pika.connect(vhost, timeout=5)
    node.start()

    async with await aio_pika.connect(vhost, timeout=5) as connection:
        assert not connection.is_closed


async def test_a_paused_node_does_not_answer_until_it_is_resumed(private_rabbitmq: PrivateRabbitmqFactory) -> None:
    node = private_rabbitmq()

    node.pause()
    with pytest.raises(TimeoutError):
        await aio_pika.connect(node.url, timeout=1)
    node.resume()

    async with await aio_pika.connect(node.url, timeout=5) as connection:
        assert not connection.is_closed


def test_stopping_leaves_no_process_behind() -> None:
    with open_directory() as directory, PrivateRabbitmq(directory) as node:
        started = _processes_of(directory)
        node.stop()
        # What Erlang started for itself ends when it notices that Erlang is gone.
        nothing_left = wait_until(lambda: not _processes_of(directory), seconds=10)

    assert {"beam.smp", "epmd"} <= started
    assert nothing_left


def _processes_of(directory: Path) -> set[str]:
    return {process.name() for process in psutil.process_iter() if _home(process) == str(directory / "home")}


def _home(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("HOME")
    except psutil.Error:
        return None
