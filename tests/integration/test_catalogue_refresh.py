"""How fast, and through what, processes learn of a new catalogue. Each has engines of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from sqlalchemy import text

from application.catalogue_snapshot import CatalogueSnapshot
from application.errors import DependencyUnavailable
from application.use_cases.import_catalogue import ImportCatalogue
from domain.catalogue import Catalogue
from infrastructure.postgres.catalogue_news import PostgresCatalogueNews
from infrastructure.postgres.catalogues import PostgresCatalogues
from infrastructure.postgres.engine import make_engine, make_listening_engine
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.tables import catalogues as table
from infrastructure.resilience.supervisor import supervised
from tests.examples import a_catalogue, an_agenda
from tests.faults.proxy import FaultProxy
from tests.servers.databases import for_libpq, for_sqlalchemy
from tests.servers.fixtures import PrivatePostgresFactory

BOUND_SECONDS = 2.0  # by which a change must be seen everywhere
PATIENCE_SECONDS = 30.0
NEVER = timedelta(hours=1)
LIMIT = timedelta(seconds=5)
OURS = "WHERE application_name = 'context-handling news' AND datname = current_database()"
LISTENERS = f"SELECT count(*) FROM pg_stat_activity {OURS} AND query LIKE 'LISTEN%'"  # noqa: S608 - a constant
KILL_LISTENERS = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity {OURS}"  # noqa: S608 - a constant


@asynccontextmanager
async def _process(url: str, *, poll: timedelta = NEVER) -> AsyncIterator[CatalogueSnapshot]:
    async with AsyncExitStack() as stack:
        engine, listening = make_engine(url), make_listening_engine(url)
        stack.push_async_callback(engine.dispose)
        snapshot = CatalogueSnapshot(
            catalogues=PostgresCatalogues(engine=engine, limit=LIMIT),
            news=PostgresCatalogueNews(engine=listening, limit=timedelta(seconds=1), silence=LIMIT),
            interval=poll,
        )
        await stack.enter_async_context(supervised("catalogue", snapshot.poll))
        await stack.enter_async_context(supervised("catalogue news", snapshot.follow))
        yield snapshot


async def _until(reached: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def _listening(url: str, number: int = 1) -> None:
    await _until(lambda: _ask(url, LISTENERS) >= number)


def _ask(url: str, question: str) -> int:
    with psycopg.connect(for_libpq(url), autocommit=True, connect_timeout=10) as connection:
        found = connection.execute(question.encode()).fetchone()
    return int(found[0]) if found else 0


async def _replaced(url: str, catalogue: Catalogue) -> int:
    engine = make_engine(url)
    try:
        imported = await ImportCatalogue(catalogues=PostgresCatalogues(engine=engine, limit=LIMIT))(catalogue)
    finally:
        await engine.dispose()
    return imported.version


async def test_every_process_has_a_change_within_the_bound(database_url: str) -> None:
    async with _process(database_url) as one, _process(database_url) as other:
        await _listening(database_url, 2)
        for topic in ("movie", "pets", "hobby"):
            version = await _replaced(database_url, a_catalogue(an_agenda(topic)))

            await _until(
                lambda version=version: one.current().version == other.current().version == version,  # type: ignore[misc]
                seconds=BOUND_SECONDS,
            )


async def test_a_notification_that_is_lost_is_healed_by_the_poll(database_url: str) -> None:
    async with _process(database_url, poll=timedelta(milliseconds=100)) as snapshot:
        await _listening(database_url)
        engine = make_engine(database_url)
        async with engine.begin() as connection:  # as it is written, but nobody is told
            await connection.execute(table.insert().values(content={"agendas": [], "personas": []}))
        await engine.dispose()

        await _until(lambda: snapshot.current().version == 1)


async def test_a_listener_whose_connection_is_killed_listens_again(database_url: str) -> None:
    async with _process(database_url) as snapshot:
        await _listening(database_url)
        killed = _ask(database_url, KILL_LISTENERS)
        missed = await _replaced(database_url, a_catalogue(an_agenda("movie")))
        await _until(lambda: snapshot.current().version == missed)

        version = await _replaced(database_url, a_catalogue(an_agenda("pets")))
        await _until(lambda: snapshot.current().version == version, seconds=BOUND_SECONDS)

    assert killed == 1


async def test_a_restarted_database_is_listened_to_again(private_postgres: PrivatePostgresFactory) -> None:
    server = private_postgres()
    url = for_sqlalchemy(server.url)
    await asyncio.to_thread(migrate, url)
    async with _process(url) as snapshot:
        await _listening(url)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(1.5)
        await asyncio.to_thread(server.start)
        await _listening(url)

        version = await _replaced(url, a_catalogue(an_agenda("pets")))
        await _until(lambda: snapshot.current().version == version, seconds=BOUND_SECONDS)


async def test_a_network_that_died_in_silence_ends_the_listening(database_url: str) -> None:
    address = urlsplit(database_url)
    with FaultProxy(address.port or 5432) as proxy:
        detour = urlunsplit(address._replace(netloc=address.netloc.replace(f":{address.port}", f":{proxy.port}")))
        a_moment = timedelta(milliseconds=200)
        news = PostgresCatalogueNews(engine=make_listening_engine(detour), limit=a_moment, silence=a_moment)
        async with news.listening() as heard:
            await anext(heard)
            proxy.swallow()

            with pytest.raises(DependencyUnavailable):
                await asyncio.wait_for(anext(heard), PATIENCE_SECONDS)


async def test_a_replacement_that_is_rolled_back_is_not_told(database_url: str) -> None:
    async with _process(database_url) as snapshot:
        await _listening(database_url)
        engine = make_engine(database_url)
        async with engine.connect() as connection:
            await connection.execute(table.insert().values(content={"agendas": [], "personas": []}))
            await connection.execute(text("SELECT pg_notify('context_handling_catalogue', '')"))
            await connection.rollback()
        await engine.dispose()
        version = await _replaced(database_url, a_catalogue(an_agenda("pets")))

        await _until(lambda: snapshot.current().version == version, seconds=BOUND_SECONDS)


async def test_ten_thousand_rows_are_swapped_whole_under_readers(database_url: str) -> None:
    async with _process(database_url) as snapshot:
        await _listening(database_url)
        seen: set[tuple[int, str]] = set()

        async def read() -> None:
            while True:
                held = snapshot.current()
                texts = {row.talking_agenda for row in held.agendas}
                assert len(texts) <= 1
                assert len(held.agendas) in (0, 10_000)
                seen.update((held.version, text) for text in texts)
                await asyncio.sleep(0.005)

        reading = asyncio.create_task(read())
        for told in ("one", "two"):
            rows = (an_agenda(f"topic_{number}", talking_agenda=told) for number in range(10_000))
            version = await _replaced(database_url, a_catalogue(*rows))
            await _until(lambda version=version: snapshot.current().version == version)  # type: ignore[misc]
        await asyncio.sleep(0.02)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    assert len(seen) == 2
