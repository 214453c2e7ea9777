"""Servers in Docker. Importing testcontainers takes over a second: `engine` does so only when Docker is there."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException  # type: ignore[import-untyped]
from testcontainers.community.postgres import PostgresContainer

from tests.servers.errors import ServerUnavailableError
from tests.servers.rabbitmq_container import RabbitmqContainer

_POSTGRES_IMAGE = "postgres:15"


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
