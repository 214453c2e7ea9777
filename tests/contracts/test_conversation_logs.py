from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from application.errors import DependencyUnavailable, LogUnavailable
from domain.identifiers import EventId
from infrastructure.in_memory.log_shelf import InMemoryLogShelf
from infrastructure.postgres.engine import make_engine
from infrastructure.system.clock import SystemClock
from tests.contracts.log_stores import Shelves, every, file_logs, placement, s3_logs, s3_logs_at
from tests.contracts.storage import Storage, in_memory_storage, postgres_storage

EVERY_BYTE = bytes(range(256)) * 4
NOT_LONG = timedelta(milliseconds=200)
NOBODY_LISTENS = "http://127.0.0.1:1"
SERVERS = pytest.mark.servers
INSIDE = ["in memory", pytest.param("postgres", marks=SERVERS)]
OUTSIDE = ["shelf", "file", pytest.param("s3", marks=SERVERS), "placed"]


@pytest.fixture(params=[*INSIDE, *OUTSIDE])
async def shelves(request: pytest.FixtureRequest) -> AsyncIterator[Shelves]:
    async for made in _shelves(request):
        yield made


@pytest.fixture(params=OUTSIDE)
async def outside(request: pytest.FixtureRequest) -> AsyncIterator[Shelves]:
    """Those that keep logs outside the database."""
    async for made in _shelves(request):
        yield made


@pytest.fixture(params=["shelf", "file", "s3"])
async def away(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shelves]:
    """Stores outside the database that cannot be reached; that takes no server."""
    storage = in_memory_storage()
    if request.param == "shelf":
        yield Shelves(storage=storage, logs=InMemoryLogShelf(clock=SystemClock(), reachable=False))
    elif request.param == "file":
        yield Shelves(storage=storage, logs=file_logs(tmp_path / "missing"))
    else:
        yield Shelves(storage=storage, logs=s3_logs_at(NOBODY_LISTENS))


async def _shelves(request: pytest.FixtureRequest) -> AsyncIterator[Shelves]:
    storage = in_memory_storage()
    match request.param:
        case "in memory":
            yield Shelves(storage=storage, logs=storage.logs)
        case "postgres":
            engine = make_engine(request.getfixturevalue("database_url"))
            real = postgres_storage(engine)
            yield Shelves(storage=real, logs=real.logs)
            await engine.dispose()
        case "shelf":
            yield Shelves(storage=storage, logs=InMemoryLogShelf(clock=SystemClock()))
        case "file":
            yield Shelves(storage=storage, logs=file_logs(request.getfixturevalue("tmp_path")))
        case "s3":
            yield Shelves(storage=storage, logs=s3_logs(request.getfixturevalue("bucket")))
        case "placed":
            logs = placement(storage, "shelf", InMemoryLogShelf(clock=SystemClock()))
            yield Shelves(storage=storage, logs=logs)


@pytest.mark.parametrize("content", [EVERY_BYTE, b"", b"x" * 12_000_000], ids=["bytes", "nothing", "a lot"])
async def test_a_kept_log_is_fetched_as_it_was_kept(shelves: Shelves, content: bytes) -> None:
    event_id, location = await shelves.kept(content)

    assert await shelves.logs.fetch(event_id, location) == content


async def test_every_event_has_a_log_of_its_own(shelves: Shelves) -> None:
    one, first = await shelves.kept(b"first", "conv_1")
    other, second = await shelves.kept(b"second", "conv_2")

    assert await shelves.logs.fetch(one, first) == b"first"
    assert await shelves.logs.fetch(other, second) == b"second"


async def test_a_log_that_is_not_there_is_unavailable(shelves: Shelves) -> None:
    kept = await shelves.logs.keep(b"log")
    await shelves.logs.delete(kept.location)

    with pytest.raises(LogUnavailable):
        await shelves.logs.fetch(EventId(77), kept.location)


async def test_a_log_may_be_deleted_twice(shelves: Shelves) -> None:
    _, location = await shelves.kept(b"log")

    await shelves.logs.delete(location)
    await shelves.logs.delete(location)

    assert await every(shelves.logs) == set()


async def test_logs_outside_the_database_say_where_they_are(outside: Shelves) -> None:
    kept = await outside.logs.keep(b"log")

    assert kept.inline is None
    assert kept.location.partition(":")[0] in ("shelf", "file", "s3")


async def test_deleting_a_log_leaves_the_others(outside: Shelves) -> None:
    _, gone = await outside.kept(b"first", "conv_1")
    event_id, stays = await outside.kept(b"second", "conv_2")

    await outside.logs.delete(gone)

    assert await outside.logs.fetch(event_id, stays) == b"second"
    assert await every(outside.logs) == {stays}


async def test_all_logs_outside_the_database_are_listed(outside: Shelves) -> None:
    kept = {(await outside.kept(b"log", f"conv_{number}"))[1] for number in range(5)}

    assert await every(outside.logs) == kept


async def test_young_logs_are_not_listed(outside: Shelves) -> None:
    await outside.kept(b"log")

    assert await every(outside.logs, within=timedelta(minutes=1)) == set()


async def test_logs_inside_the_database_are_not_listed(storage: Storage) -> None:
    await Shelves(storage=storage, logs=storage.logs).kept(b"log")

    assert await every(storage.logs) == set()


async def test_a_store_that_is_away_is_an_unavailable_dependency(away: Shelves) -> None:
    location = f"{getattr(away.logs, 'scheme', 'shelf')}:2026/11/23/0a1b2c3d-0000-4000-8000-000000000000.zst"

    with pytest.raises(DependencyUnavailable):
        await away.logs.keep(b"log")
    with pytest.raises(DependencyUnavailable):
        await away.logs.fetch(EventId(1), location)
    with pytest.raises(DependencyUnavailable):
        await away.logs.delete(location)
    with pytest.raises(DependencyUnavailable):
        await every(away.logs)


async def test_whether_a_log_is_there_cannot_be_told_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.logs.fetch(EventId(1), "somewhere:")
