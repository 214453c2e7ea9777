"""Databases on a server. URLs are in SQLAlchemy's form; server URLs name a database to give orders from."""

import re
import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.servers.errors import ServerUnavailableError

_SQLALCHEMY = "postgresql+psycopg://"
_LIBPQ = "postgresql://"
_ANY_SCHEME = re.compile(r"^postgres(ql)?(\+\w+)?://")


def for_sqlalchemy(url: str) -> str:
    return _ANY_SCHEME.sub(_SQLALCHEMY, url)


def for_libpq(url: str) -> str:
    return _ANY_SCHEME.sub(_LIBPQ, url)


def require_postgres(url: str) -> None:
    try:
        psycopg.connect(for_libpq(url), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise ServerUnavailableError(
            f"No PostgreSQL answers at TEST_DATABASE_URL: {str(error).splitlines()[0]}."
        ) from error


def create_database(server_url: str, *, template_url: str | None = None) -> str:
    """The URL of a fresh database, empty or a copy of the template, which nobody may be connected to."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    template = "template0" if template_url is None else _name(template_url)
    _order(server_url, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, database_url: str) -> None:
    """Throws out whoever is still connected."""
    _order(server_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(database_url))))


def _name(database_url: str) -> str:
    return urlsplit(database_url).path.removeprefix("/")


def _order(server_url: str, order: sql.Composed) -> None:
    with psycopg.connect(for_libpq(server_url), autocommit=True, connect_timeout=10) as connection:
        connection.execute(order)
