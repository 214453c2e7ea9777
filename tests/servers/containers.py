"""Servers in Docker. Importing testcontainers takes over a second: `engine` does so only when Docker is there."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException  # type: ignore[import-untyped]
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

from tests.servers.errors import ServerUnavailableError
from tests.servers.rabbitmq_container import RabbitmqContainer

_POSTGRES_IMAGE = "postgres:15"
_REDIS_IMAGE = "redis:7"
_REDIS_PORT = 6379


def engine_answers() -> bool:
    try:
        return bool(docker.from_env(timeout=2).ping())
    except DockerException:
        return False


def rabbitmq_container() -> RabbitmqContainer:
    return RabbitmqContainer()


@contextmanager
def postgres_container() -> Iterator[str]:
    container = PostgresContainer(_POSTGRES_IMAGE, driver=None)
    try:
        container.start()
    except (DockerException, TimeoutError) as error:
        raise ServerUnavailableError(f"Docker answers but does not start PostgreSQL: {error}.") from error
    try:
        yield container.get_connection_url()
    finally:
        container.stop()


@contextmanager
def redis_container() -> Iterator[str]:
    container = DockerContainer(_REDIS_IMAGE).with_exposed_ports(_REDIS_PORT)
    try:
        container.start()
        wait_for_logs(container, "Ready to accept connections")
    except (DockerException, TimeoutError) as error:
        raise ServerUnavailableError(f"Docker answers but does not start Redis: {error}.") from error
    try:
        yield f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(_REDIS_PORT)}/0"
    finally:
        container.stop()
