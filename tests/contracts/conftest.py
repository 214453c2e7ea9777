"""Every suite here runs on the adapter that pretends and on the one that is real."""

from collections.abc import AsyncIterator

import pytest

from infrastructure.postgres.engine import make_engine
from tests.contracts.storage import Storage, in_memory_storage, postgres_storage

NOBODY_THERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture(params=["in_memory", pytest.param("postgres", marks=pytest.mark.servers)])
def storage_url(request: pytest.FixtureRequest) -> str | None:
    """None: in memory."""
    if request.param == "in_memory":
        return None
    url: str = request.getfixturevalue("database_url")
    return url


@pytest.fixture
async def storage(storage_url: str | None) -> AsyncIterator[Storage]:
    if storage_url is None:
        yield in_memory_storage()
        return
    engine = make_engine(storage_url)
    yield postgres_storage(engine)
    await engine.dispose()


@pytest.fixture(params=["in_memory", "postgres"])
async def unreachable_storage(request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    """Its database is away; that takes no server."""
    if request.param == "in_memory":
        yield in_memory_storage(reachable=False)
        return
    engine = make_engine(NOBODY_THERE)
    yield postgres_storage(engine)
    await engine.dispose()
