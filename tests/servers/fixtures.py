"""Nothing starts before the first test that asks for it. A server that cannot be had ends the run; it never skips."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol, TypeVar

import pytest

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.errors import PrivatePostgresError
from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers import sources
from tests.servers.breakable_rabbitmq import BreakableRabbitmq
from tests.servers.databases import create_database, drop_database
from tests.servers.errors import ServerUnavailableError
from tests.servers.object_store import Bucket, PrivateObjectStore
from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint
from tests.servers.redis_server import PrivateRedis

Server = TypeVar("Server")


class PrivatePostgresFactory(Protocol):
    def __call__(self, *, durable: bool = True) -> PrivatePostgres: ...


PrivateRabbitmqFactory = Callable[[], BreakableRabbitmq]


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    with ExitStack() as stack:
        yield _entered(stack, sources.postgres_server())


@pytest.fixture(scope="session")
def template_database_url(postgres_server_url: str) -> Iterator[str]:
    """Migrated once a run; nobody may be connected to it while it is copied."""
    url = create_database(postgres_server_url)
    migrate(url)
    yield url
    drop_database(postgres_server_url, url)


@pytest.fixture
def database_url(postgres_server_url: str, template_database_url: str) -> Iterator[str]:
    """A fresh, migrated database."""
    url = create_database(postgres_server_url, template_url=template_database_url)
    yield url
    drop_database(postgres_server_url, url)


@pytest.fixture
def empty_database_url(postgres_server_url: str) -> Iterator[str]:
    """A fresh database without any table."""
    url = create_database(postgres_server_url)
    yield url
    drop_database(postgres_server_url, url)


@pytest.fixture(scope="session")
def rabbitmq_endpoint() -> Iterator[RabbitmqEndpoint]:
    with ExitStack() as stack:
        yield _entered(stack, sources.rabbitmq_endpoint())


@pytest.fixture
def rabbitmq_url(rabbitmq_endpoint: RabbitmqEndpoint) -> Iterator[str]:
    """A fresh vhost."""
    url = rabbitmq_endpoint.new_vhost()
    yield url
    rabbitmq_endpoint.drop_vhost(url)


@pytest.fixture(scope="session")
def object_store() -> Iterator[PrivateObjectStore]:
    with ExitStack() as stack:
        yield _entered(stack, sources.private_object_store())


@pytest.fixture
def bucket(object_store: PrivateObjectStore) -> Bucket:
    """A fresh, empty one."""
    return object_store.new_bucket()


@pytest.fixture
def private_object_store() -> Iterator[PrivateObjectStore]:
    """One that a test may break."""
    with ExitStack() as stack:
        yield _entered(stack, sources.private_object_store())


@pytest.fixture
def private_postgres() -> Iterator[PrivatePostgresFactory]:
    """Makes started, un-migrated servers that a test may break. Not durable, a kill may lose the latest commits."""
    with ExitStack() as stack:

        def make(*, durable: bool = True) -> PrivatePostgres:
            return _entered(stack, sources.private_postgres(durable=durable))

        yield make


@pytest.fixture
def private_rabbitmq() -> Iterator[PrivateRabbitmqFactory]:
    """Makes started nodes that a test may break; about 5 s each."""
    with ExitStack() as stack:
        yield lambda: _entered(stack, sources.private_rabbitmq())


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    with ExitStack() as stack:
        yield _entered(stack, sources.redis_server())


@pytest.fixture
def private_redis() -> Iterator[PrivateRedis]:
    """One that a test may break."""
    with ExitStack() as stack:
        yield _entered(stack, sources.private_redis())


def _entered(stack: ExitStack, source: AbstractContextManager[Server]) -> Server:
    try:
        return stack.enter_context(source)
    except (ServerUnavailableError, PrivatePostgresError) as error:
        pytest.exit(str(error), returncode=1)
