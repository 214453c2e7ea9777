from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import psycopg
import pytest

from application.errors import DependencyUnavailable
from application.ports.database_dumps import DatabaseDumps
from domain.backup import DatabaseContents
from entrypoints.bootstrap.build_backups import dumps as postgres_dumps
from infrastructure.in_memory.database_dumps import InMemoryDatabaseDumps
from tests.servers.databases import for_libpq

CHILD = "INSERT INTO friendships VALUES (%s, 0, 'PHASE1_STRANGER', 0)"

EVENTS = """
    INSERT INTO conversation_events
        (conversation_id, reported_id, user_id, bot_type, bot_kind, bot_id, bot_name, start_time, end_time, utterances,
         pika_utterances, user_utterances, log_size_bytes, log_location, fingerprint, created_at, status,
         attempt_count, fence, signals)
    SELECT place, place, 'ana', 'TALK', 'TALK', 'bot_17', 'Movie chat', now(), now(), 2, 1, 1, 600, place,
           sha256(place::bytea), now(), 'SKIPPED', 0, 0, '{}'
    FROM unnest(ARRAY['s3:one', 's3:two', 'file:one', 'none:', 'postgres:']) AS place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    dumps: DatabaseDumps
    add_child: Callable[[str], None]

    async def children(self) -> int:
        contents = await self.dumps.contents()
        assert contents is not None
        return contents.rows["friendships"]


@pytest.fixture(params=["in memory", pytest.param("postgres", marks=pytest.mark.servers)])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "in memory":
        friendships: list[str] = []
        dumps = InMemoryDatabaseDumps(tables={"friendships": friendships, "attempts": []})
        return Database(dumps=dumps, add_child=friendships.append)
    url: str = request.getfixturevalue("database_url")
    return Database(dumps=postgres_dumps(url), add_child=lambda name: _execute(url, CHILD, name))


@pytest.fixture(params=["in memory", pytest.param("postgres", marks=pytest.mark.servers)])
def empty(request: pytest.FixtureRequest) -> DatabaseDumps:
    """Without any table."""
    if request.param == "in memory":
        return InMemoryDatabaseDumps(tables=None)
    return postgres_dumps(request.getfixturevalue("empty_database_url"))


async def test_a_dump_takes_the_place_of_everything(database: Database) -> None:
    database.add_child("ana")
    contents, dump = await _taken(database.dumps)
    database.add_child("bo")

    await database.dumps.load(_in_halves(dump))

    assert await database.dumps.contents() == contents
    assert await database.children() == 1


async def test_a_dump_that_was_cut_short_changes_nothing(database: Database) -> None:
    database.add_child("ana")
    _, dump = await _taken(database.dumps)
    database.add_child("bo")

    for part in (dump[: len(dump) // 2], b"", b"nonsense"):
        with pytest.raises(DependencyUnavailable):
            await database.dumps.load(_in_halves(part))

    assert await database.children() == 2


async def test_a_source_that_breaks_off_changes_nothing(database: Database) -> None:
    database.add_child("ana")
    _, dump = await _taken(database.dumps)
    database.add_child("bo")

    with pytest.raises(DependencyUnavailable, match="gone"):
        await database.dumps.load(_breaking_off(dump))

    assert await database.children() == 2


async def test_a_database_without_tables_has_nothing_to_dump(empty: DatabaseDumps) -> None:
    assert await empty.contents() is None
    with pytest.raises(DependencyUnavailable, match="not been migrated"):
        await _taken(empty)


@pytest.mark.servers
async def test_a_dump_makes_the_tables_it_needs(database_url: str, empty_database_url: str) -> None:
    _execute(database_url, CHILD, "ana")
    contents, dump = await _taken(postgres_dumps(database_url))
    fresh = postgres_dumps(empty_database_url)

    await fresh.load(_in_halves(dump))
    await fresh.bring_up()

    assert await fresh.contents() == contents


async def test_its_own_schema_is_known_and_another_is_not(database: Database) -> None:
    contents = await database.dumps.contents()
    assert contents is not None

    assert database.dumps.knows(contents.schema_revision)
    assert not database.dumps.knows("9999")


@pytest.mark.servers
async def test_tables_of_a_later_version_go_too(database_url: str) -> None:
    dumps = postgres_dumps(database_url)
    contents, dump = await _taken(dumps)
    _execute(database_url, "CREATE TABLE of_tomorrow (id int)")

    await dumps.load(_in_halves(dump))

    assert await dumps.contents() == contents


@pytest.mark.servers
async def test_the_service_is_seen_at_its_connections(database_url: str) -> None:
    dumps = postgres_dumps(database_url)
    assert await dumps.others() == 0

    with psycopg.connect(for_libpq(database_url), application_name="context-handling"):
        assert await dumps.others() == 1


@pytest.mark.servers
async def test_logs_that_lie_elsewhere_are_counted(database_url: str) -> None:
    _execute(database_url, EVENTS)

    contents = await postgres_dumps(database_url).contents()

    assert isinstance(contents, DatabaseContents)
    assert contents.logs_elsewhere == {"file": 1, "s3": 2}


async def _taken(dumps: DatabaseDumps) -> tuple[DatabaseContents, bytes]:
    async with dumps.taken() as dump:
        return dump.contents, b"".join([piece async for piece in dump.pieces])


async def _in_halves(dump: bytes) -> AsyncIterator[bytes]:
    yield dump[: len(dump) // 2]
    yield dump[len(dump) // 2 :]


async def _breaking_off(dump: bytes) -> AsyncIterator[bytes]:
    yield dump[: len(dump) // 2]
    raise DependencyUnavailable("the source is gone")


def _execute(url: str, statement: str, *parameters: object) -> None:
    with psycopg.connect(for_libpq(url), autocommit=True) as connection:
        connection.execute(statement.encode(), parameters or None)
