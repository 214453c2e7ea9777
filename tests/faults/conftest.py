from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.checker import Checker
from tests.faults.forked import Nursery, nursery
from tests.faults.settings import BRISK
from tests.servers import sources
from tests.servers.breakable_rabbitmq import BreakableRabbitmq
from tests.servers.databases import create_database, drop_database, for_sqlalchemy
from tests.servers.directories import open_directory


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as reachable:
        yield reachable


@pytest.fixture
def checker(database_url: str) -> Checker:
    return Checker(database_url)


@pytest.fixture
def brisk(directory: Path, database_url: str, rabbitmq_url: str) -> Iterator[Nursery]:
    """Processes on servers that stay well; a lost lease or announcement costs them seconds, not minutes."""
    with nursery(directory, {**BRISK, "DATABASE_URL": database_url, "RABBITMQ_URL": rabbitmq_url}) as started:
        yield started


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[PrivatePostgres]:
    with sources.private_postgres(durable=True) as node:
        yield node


@pytest.fixture(scope="session")
def shared_rabbitmq() -> Iterator[BreakableRabbitmq]:
    with sources.private_rabbitmq() as node:
        yield node


@pytest.fixture(scope="session")
def fragile_template(shared_postgres: PrivatePostgres) -> str:
    url = create_database(for_sqlalchemy(shared_postgres.url))
    migrate(url)
    return url


@pytest.fixture
def fragile_postgres(shared_postgres: PrivatePostgres) -> Iterator[PrivatePostgres]:
    """To be killed and paused at will; durable, so that a kill loses nothing that was committed."""
    yield shared_postgres
    _revive(shared_postgres)


@pytest.fixture
def fragile_rabbitmq(shared_rabbitmq: BreakableRabbitmq) -> Iterator[BreakableRabbitmq]:
    """To be killed and paused at will."""
    yield shared_rabbitmq
    _revive(shared_rabbitmq)


@pytest.fixture
def fragile_database_url(fragile_postgres: PrivatePostgres, fragile_template: str) -> Iterator[str]:
    """Fresh and migrated, on the server that may be broken."""
    server_url = for_sqlalchemy(fragile_postgres.url)
    url = create_database(server_url, template_url=fragile_template)
    yield url
    _revive(fragile_postgres)
    drop_database(server_url, url)


def _revive(node: PrivatePostgres | BreakableRabbitmq) -> None:
    """However a test left it."""
    with suppress(RuntimeError):  # not started
        node.resume()
    with suppress(RuntimeError):  # started already
        node.start()
