from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def libpq_url(url: str) -> str:
    """Without the driver that SQLAlchemy wants to be named in the scheme."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _execute(url: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute(statement)


def server_version(url: str) -> str:
    with psycopg.connect(libpq_url(url)) as connection:
        return str(connection.info.parameter_status("server_version"))


@contextmanager
def fresh_database(server_url: str, name: str) -> Iterator[str]:
    """A database of its own for each scenario: none pays for the rows and the vacuuming of another."""
    identifier = sql.Identifier(name)
    _execute(server_url, sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        yield _with_database(server_url, name)
    finally:
        _execute(server_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        # Without it the checkpoint that these writes owe falls into the next scenario.
        _execute(server_url, sql.SQL("CHECKPOINT"))
