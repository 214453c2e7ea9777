"""Where a server comes from: the environment, else Docker, else programs on this machine. Its users see only a URL.

Everything here is a context manager and raises ServerUnavailableError or PrivatePostgresError, in one sentence.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from infrastructure.private_postgres.errors import BinariesMissingError
from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers.breakable_rabbitmq import BreakableRabbitmq
from tests.servers.databases import for_sqlalchemy, require_postgres
from tests.servers.directories import DISK, fast_parent, open_directory
from tests.servers.engine import docker_engine
from tests.servers.errors import ServerUnavailableError
from tests.servers.object_store import PrivateObjectStore
from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint
from tests.servers.rabbitmq_node import PrivateRabbitmq
from tests.servers.redis_server import PrivateRedis

_RABBITMQ_MISSING = (
    "The tests need RabbitMQ: set TEST_RABBITMQ_URL, or start Docker, or run 'apt-get install rabbitmq-server'."
)
_REDIS_MISSING = "The tests need Redis: set TEST_REDIS_URL, or start Docker, or run 'apt-get install redis-server'."


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """The URL of an administrative database, in SQLAlchemy's form. A benchmark wants it durable, on a disk."""
    with ExitStack() as stack:
        if given := os.environ.get("TEST_DATABASE_URL"):
            require_postgres(given)
        yield for_sqlalchemy(given or _own_postgres(stack, durable=durable))


@contextmanager
def rabbitmq_server() -> Iterator[str]:
    """The URL of a fresh vhost."""
    with rabbitmq_endpoint() as endpoint:
        url = endpoint.new_vhost()
        yield url
        endpoint.drop_vhost(url)


@contextmanager
def rabbitmq_endpoint() -> Iterator[RabbitmqEndpoint]:
    with ExitStack() as stack:
        if given := os.environ.get("TEST_RABBITMQ_URL"):
            yield _given_rabbitmq(given)
        else:
            yield _own_rabbitmq(stack)


@contextmanager
def private_postgres(*, durable: bool) -> Iterator[PrivatePostgres]:
    """A started server of one's own, to be broken at will. Durable, a kill loses nothing that was committed."""
    with open_directory(DISK if durable else fast_parent()) as directory:
        node = PrivatePostgres(directory / "postgres", durable=durable)
        try:
            node.start()
        except BinariesMissingError as error:
            raise ServerUnavailableError(
                f"The tests need TEST_DATABASE_URL, or Docker, or PostgreSQL: {error}"
            ) from error
        try:
            yield node
        finally:
            node.kill()


@contextmanager
def private_object_store() -> Iterator[PrivateObjectStore]:
    """A started S3 server of one's own, to be broken at will."""
    with open_directory() as directory, PrivateObjectStore(directory) as store:
        yield store


@contextmanager
def private_rabbitmq() -> Iterator[BreakableRabbitmq]:
    """A started node of one's own, to be broken at will."""
    if not PrivateRabbitmq.is_installed() and (containers := docker_engine()):
        with containers.rabbitmq_container() as container:
            yield container
        return
    with _local_rabbitmq() as node:
        yield node


@contextmanager
def redis_server() -> Iterator[str]:
    """Whoever uses it leaves keys behind: names of one's own keep tests apart."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
    elif not PrivateRedis.is_installed() and (containers := docker_engine()):
        with containers.redis_container() as url:
            yield url
    else:
        with private_redis() as server:
            yield server.url


@contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    """A started server of one's own, to be broken at will."""
    if not PrivateRedis.is_installed():
        raise ServerUnavailableError(_REDIS_MISSING)
    with open_directory() as directory, PrivateRedis(directory) as server:
        yield server


def _own_postgres(stack: ExitStack, *, durable: bool) -> str:
    if containers := docker_engine():
        try:
            return str(stack.enter_context(containers.postgres_container()))
        except ServerUnavailableError:  # an engine that cannot get the image is no engine for us
            pass
    return stack.enter_context(private_postgres(durable=durable)).url


def _own_rabbitmq(stack: ExitStack) -> RabbitmqEndpoint:
    if containers := docker_engine():
        try:
            endpoint: RabbitmqEndpoint = stack.enter_context(containers.rabbitmq_container()).endpoint
        except ServerUnavailableError:
            pass
        else:
            return endpoint
    return stack.enter_context(_local_rabbitmq()).endpoint


@contextmanager
def _local_rabbitmq() -> Iterator[PrivateRabbitmq]:
    if not PrivateRabbitmq.is_installed():
        raise ServerUnavailableError(_RABBITMQ_MISSING)
    with open_directory() as directory, PrivateRabbitmq(directory) as node:
        yield node


def _given_rabbitmq(url: str) -> RabbitmqEndpoint:
    address = urlsplit(url)
    credentials, _, _ = address.netloc.rpartition("@")
    management = f"http://{credentials or 'guest:guest'}@{address.hostname}:15672"
    endpoint = RabbitmqEndpoint(url=url, management_url=os.environ.get("TEST_RABBITMQ_MANAGEMENT_URL", management))
    if not endpoint.is_ready():
        raise ServerUnavailableError(
            f"RabbitMQ's management API at {address.hostname} does not serve the credentials of TEST_RABBITMQ_URL: "
            "correct it, or say in TEST_RABBITMQ_MANAGEMENT_URL where the API is."
        )
    return endpoint
