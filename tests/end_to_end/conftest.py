from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, program
from tests.servers.directories import open_directory

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
MODEST = {"DB_POOL_SIZE": "10", "DB_MAX_OVERFLOW": "10"}


@pytest.fixture
def directory() -> Iterator[Path]:
    """One that an embedded server's user may enter, too."""
    with open_directory() as reachable:
        yield reachable


@pytest.fixture
def embedded(directory: Path) -> Iterator[Program]:
    """Nothing is configured."""
    with program(directory) as started:
        yield started


@pytest.fixture
def configured(directory: Path, database_url: str, rabbitmq_url: str) -> Iterator[Program]:
    """A database, migrated, a broker and a key."""
    with program(directory, DATABASE_URL=database_url, RABBITMQ_URL=rabbitmq_url, SECRET_KEY=KEY, **MODEST) as started:
        yield started
