import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from application.catalogue_snapshot import CatalogueSnapshot
from application.errors import DependencyUnavailable
from application.use_cases.import_catalogue import ImportCatalogue
from domain.catalogue import Catalogue
from infrastructure.in_memory.catalogue_news import InMemoryCatalogueNews
from infrastructure.in_memory.catalogues import InMemoryCatalogues
from infrastructure.in_memory.database import InMemoryDatabase
from tests.examples import a_catalogue, an_agenda
from tests.unit.application.patience import until

OFTEN = timedelta(milliseconds=1)


def _snapshot(database: InMemoryDatabase, *, interval: timedelta = OFTEN) -> CatalogueSnapshot:
    return CatalogueSnapshot(
        catalogues=InMemoryCatalogues(database=database),
        news=InMemoryCatalogueNews(database=database),
        interval=interval,
    )


async def _imported(database: InMemoryDatabase, catalogue: Catalogue) -> int:
    imported = await ImportCatalogue(catalogues=InMemoryCatalogues(database=database))(catalogue)
    return imported.version


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


async def test_while_it_polls_it_finds_every_import_also_after_the_database_was_away() -> None:
    database = InMemoryDatabase(reachable=False, loses_news=True)
    snapshot = _snapshot(database)
    running = asyncio.create_task(snapshot.poll())
    await asyncio.sleep(0.005)
    database.reachable = True

    await _imported(database, a_catalogue(an_agenda("movie")))
    await until(lambda: snapshot.current() == a_catalogue(an_agenda("movie"), version=1))
    await _imported(database, a_catalogue(an_agenda("pets")))
    await until(lambda: snapshot.current() == a_catalogue(an_agenda("pets"), version=2))

    running.cancel()


async def test_while_it_follows_news_it_has_what_was_there_before_and_every_import() -> None:
    database = InMemoryDatabase()
    snapshot = _snapshot(database)
    await _imported(database, a_catalogue(an_agenda("movie")))
    running = asyncio.create_task(snapshot.follow())

    await until(lambda: snapshot.current() == a_catalogue(an_agenda("movie"), version=1))
    await _imported(database, a_catalogue(an_agenda("pets")))
    await until(lambda: snapshot.current() == a_catalogue(an_agenda("pets"), version=2))

    running.cancel()


async def test_following_ends_when_the_database_is_away_so_that_it_begins_again() -> None:
    database = InMemoryDatabase()
    following = asyncio.create_task(_snapshot(database).follow())
    await asyncio.sleep(0.005)
    database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await following


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowFirst(InMemoryCatalogues):
    """Whoever asks first is answered last."""

    asked: list[None] = field(default_factory=list)

    async def latest(self) -> Catalogue:
        found = self.database.catalogues[-1]
        self.asked.append(None)
        await asyncio.sleep(0.02 if len(self.asked) == 1 else 0)
        return found


async def test_a_slow_refresh_never_puts_an_older_version_back() -> None:
    database = InMemoryDatabase()
    catalogues = SlowFirst(database=database)
    snapshot = replace(_snapshot(database), catalogues=catalogues)
    await _imported(database, a_catalogue(an_agenda("movie")))
    slow = asyncio.create_task(snapshot.refresh())
    await until(lambda: bool(catalogues.asked))

    await _imported(database, a_catalogue(an_agenda("pets")))
    await asyncio.gather(slow, snapshot.refresh())

    assert snapshot.current().version == 2
