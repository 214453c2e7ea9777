"""A database on a server that asks everybody but its superuser for a password, and its roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers.databases import create_database, for_libpq, for_sqlalchemy

OWNER = "context_handling"
_ACCESS = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedDatabase:
    url: str
    """As the superuser."""

    def url_as(self, role: str, password: str) -> str:
        address = urlsplit(self.url)
        return urlunsplit(address._replace(netloc=f"{role}:{password}@{address.hostname}:{address.port}"))

    def order(self, *orders: str) -> None:
        """As the superuser, one after the other."""
        with psycopg.connect(for_libpq(self.url), autocommit=True) as connection:
            for order in orders:
                connection.execute(order.encode())

    def asked(self, query: str) -> list[str]:
        """The first column, as the superuser."""
        with psycopg.connect(for_libpq(self.url), autocommit=True) as connection:
            return [str(row[0]) for row in connection.execute(query.encode()).fetchall()]

    def set_password(self, role: str, password: str) -> None:
        self.order(f"ALTER ROLE {role} PASSWORD '{password}'")

    def admits(self, role: str, password: str) -> bool:
        try:
            psycopg.connect(for_libpq(self.url_as(role, password)), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True

    def hang_up_on(self, role: str, *, but: int = 0) -> None:
        """On all its sessions, ``but`` that of one process."""
        sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND pid <> %s"
        with psycopg.connect(for_libpq(self.url), autocommit=True) as connection:
            connection.execute(sessions, [role, but])


@contextmanager
def guarded_database(directory: Path, *, password: str) -> Iterator[GuardedDatabase]:
    """Empty; it belongs to OWNER, who logs in with this password and is no superuser."""
    rules = directory / "access.conf"
    rules.write_text(_ACCESS)
    rules.chmod(0o644)
    settings = {"hba_file": str(rules), "password_encryption": "scram-sha-256"}
    with PrivatePostgres(directory / "postgres", durable=False, settings=settings) as node:
        database = GuardedDatabase(url=create_database(for_sqlalchemy(node.url)))
        name = urlsplit(database.url).path.removeprefix("/")
        database.order(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{password}'", f"ALTER DATABASE {name} OWNER TO {OWNER}")
        yield database
