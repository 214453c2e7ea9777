"""The password of the database's role changes under the running service."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Nursery, nursery
from tests.faults.patience import until
from tests.faults.settings import BRISK
from tests.servers.databases import create_database, for_libpq, for_sqlalchemy

pytestmark = pytest.mark.servers
ROLE = "context_handling"
ACCESS = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@pytest.fixture
def database(directory: Path) -> Iterator[str]:
    """A migrated one, on a server that asks everybody but its superuser for a password."""
    rules = directory / "access.conf"
    rules.write_text(ACCESS)
    rules.chmod(0o644)
    settings = {"hba_file": str(rules), "password_encryption": "scram-sha-256"}
    with PrivatePostgres(directory / "postgres", durable=False, settings=settings) as node:
        url = create_database(for_sqlalchemy(node.url))
        migrate(url)
        yield url


@pytest.fixture
def service(directory: Path, rabbitmq_url: str) -> Iterator[Nursery]:
    with nursery(directory, {**BRISK, "RABBITMQ_URL": rabbitmq_url}) as children:
        yield children


async def test_a_changed_password_of_the_database_loses_nothing(service: Nursery, database: str) -> None:
    checker = Checker(database)
    old = {"DATABASE_URL": _with_password(database, "before")}
    api, consumer = service.serve(old), service.consume(old)
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    async with Backend([api.url]) as backend:
        await backend.post_new(3)
        new = {"DATABASE_URL": _with_password(database, "after")}
        await backend.post_new(3)  # open connections stay
        _hang_up_on_everybody(database)
        refused = await backend.call("POST", "/v1/conversations/end", json=backend.next_body())
        assert refused is not None
        assert refused.status_code == 503
        assert refused.json()["error_code"] == "DATABASE_UNAVAILABLE"
        assert "before" not in refused.text
        assert (api.stop(), consumer.stop()) == (0, 0)

        service.serve(new, port=api.port)
        service.consume(new)
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)


def _with_password(database: str, password: str) -> str:
    with psycopg.connect(for_libpq(database), autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        verb = "ALTER" if exists else "CREATE"
        connection.execute(f"{verb} ROLE {ROLE} LOGIN SUPERUSER PASSWORD '{password}'".encode())
    address = urlsplit(database)
    return urlunsplit(address._replace(netloc=f"{ROLE}:{password}@{address.hostname}:{address.port}"))


def _hang_up_on_everybody(database: str) -> None:
    with psycopg.connect(for_libpq(database), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [ROLE])
