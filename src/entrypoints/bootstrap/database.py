from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.bootstrap.settings import Settings
from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.directory import default_data_directory
from infrastructure.private_postgres.node import PrivatePostgres


@contextmanager
def running_database(settings: Settings, data: Path | None) -> Iterator[str]:
    """The URL of the configured database; where none is configured, of one of our own in ``data``, migrated.

    The configured one is left as it is: its schema is brought up by ``migrate``, when its operator wants it.
    Raises PrivatePostgresError.
    """
    if (configured := database_url(settings.database)) is not None:
        yield configured
        return
    directory = data or default_data_directory(Path.cwd())
    with PrivatePostgres(directory, durable=True, settings={"max_connections": _connections(settings)}) as server:
        url = server.url.replace("postgresql://", "postgresql+psycopg://", 1)
        migrate(url)
        yield url


def _connections(settings: Settings) -> str:
    """Room for one process at its fullest, and for a person who looks."""
    return str(settings.database.pool_size + settings.database.max_overflow + 10)
