import asyncio
from datetime import timedelta

import pytest

from application.catalogue_snapshot import CatalogueSnapshot
from application.errors import DependencyUnavailable
from application.use_cases.import_catalogue import ImportCatalogue
from domain.catalogue import Catalogue
from infrastructure.in_memory.catalogues import InMemoryCatalogues
from infrastructure.in_memory.database import InMemoryDatabase
from tests.examples import a_catalogue, an_agenda
from tests.unit.application.patience import until

OFTEN = timedelta(milliseconds=1)


def _snapshot(database: InMemoryDatabase) -> CatalogueSnapshot:
    return CatalogueSnapshot(catalogues=InMemoryCatalogues(database=database), interval=OFTEN)


async def _imported(database: InMemoryDatabase, catalogue: Catalogue) -> int:
    return await ImportCatalogue(catalogues=InMemoryCatalogues(database=database))(catalogue)


def test_before_it_is_loaded_it_is_empty() -> None:
    assert _snapshot(InMemoryDatabase()).current() == Catalogue()


async def test_after_a_refresh_it_is_the_latest() -> None:
    database = InMemoryDatabase()
    snapshot = _snapshot(database)

    version = await _imported(database, a_catalogue(an_agenda("movie")))
    await snapshot.refresh()

    assert snapshot.current() == a_catalogue(an_agenda("movie"), version=version)


async def test_until_it_is_refreshed_it_stays_the_same() -> None:
    database = InMemoryDatabase()
    snapshot = _snapshot(database)
    await _imported(database, a_catalogue())

    assert snapshot.current() == Catalogue()


async def test_the_same_version_is_not_loaded_twice() -> None:
    database = InMemoryDatabase()
    snapshot = _snapshot(database)
    await _imported(database, a_catalogue())
    await snapshot.refresh()
    held = snapshot.current()

    await snapshot.refresh()

    assert snapshot.current() is held


async def test_importing_again_makes_a_newer_version_that_says_the_same() -> None:
    database = InMemoryDatabase()

    first = await _imported(database, a_catalogue())
    second = await _imported(database, a_catalogue())

    assert second > first
    assert await InMemoryCatalogues(database=database).latest() == a_catalogue(version=second)


async def test_a_refresh_fails_while_the_database_is_away() -> None:
    with pytest.raises(DependencyUnavailable):
        await _snapshot(InMemoryDatabase(reachable=False)).refresh()


async def test_while_it_runs_it_follows_every_import_also_after_the_database_was_away() -> None:
    database = InMemoryDatabase(reachable=False)
    snapshot = _snapshot(database)
    running = asyncio.create_task(snapshot.run())
    await asyncio.sleep(0.005)
    database.reachable = True

    await _imported(database, a_catalogue(an_agenda("movie")))
    await until(lambda: snapshot.current() == a_catalogue(an_agenda("movie"), version=1))
    await _imported(database, a_catalogue(an_agenda("pets")))
    await until(lambda: snapshot.current() == a_catalogue(an_agenda("pets"), version=2))

    running.cancel()
