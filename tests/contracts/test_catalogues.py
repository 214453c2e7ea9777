import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from application.errors import CatalogueChanged, DependencyUnavailable
from domain.catalogue import Catalogue
from infrastructure.catalogue_file.catalogue_file import read_catalogue
from tests.contracts.storage import Storage
from tests.examples import a_catalogue, an_agenda

SHIPPED = Path(__file__).parents[2] / "examples" / "catalogue.yaml"


async def test_before_the_first_catalogue_there_is_an_empty_one_of_version_zero(storage: Storage) -> None:
    assert await storage.catalogues.latest_version() == 0
    assert await storage.catalogues.latest() == Catalogue()


async def test_an_added_catalogue_is_the_latest_under_the_number_it_was_given(storage: Storage) -> None:
    version = await storage.catalogues.add(a_catalogue(version=0))

    assert version > 0
    assert await storage.catalogues.latest_version() == version
    assert await storage.catalogues.latest() == a_catalogue(version=version)


async def test_every_addition_is_a_newer_version(storage: Storage) -> None:
    first = await storage.catalogues.add(a_catalogue(an_agenda("movie")))
    second = await storage.catalogues.add(a_catalogue(an_agenda("pets")))

    assert second > first
    assert await storage.catalogues.latest() == a_catalogue(an_agenda("pets"), version=second)


async def test_catalogues_added_at_once_get_numbers_of_their_own(storage: Storage) -> None:
    versions = await asyncio.gather(*(storage.catalogues.add(a_catalogue()) for _ in range(5)))

    assert len(set(versions)) == 5
    assert await storage.catalogues.latest_version() == max(versions)


async def test_the_shipped_catalogue_reads_back_as_it_was_added(storage: Storage) -> None:
    shipped = read_catalogue(SHIPPED.read_text(encoding="utf-8"))

    version = await storage.catalogues.add(shipped)

    assert await storage.catalogues.latest() == replace(shipped, version=version)


async def test_every_version_is_kept_and_found(storage: Storage) -> None:
    first = await storage.catalogues.add(a_catalogue(an_agenda("movie")))
    await storage.catalogues.add(a_catalogue(an_agenda("pets")))

    assert await storage.catalogues.find(first) == a_catalogue(an_agenda("movie"), version=first)
    assert await storage.catalogues.find(first + 7) is None


async def test_the_history_is_told_newest_first_page_by_page(storage: Storage) -> None:
    assert await storage.catalogues.history(limit=10, offset=0) == ([], 0)
    versions = [await storage.catalogues.add(a_catalogue(*[an_agenda()] * rows)) for rows in (1, 2, 3)]

    newest, total = await storage.catalogues.history(limit=2, offset=0)
    oldest, _ = await storage.catalogues.history(limit=2, offset=2)

    assert total == 3
    assert [(each.version, each.agendas, each.personas) for each in [*newest, *oldest]] == [
        (versions[2], 3, 0),
        (versions[1], 2, 0),
        (versions[0], 1, 0),
    ]
    assert newest[0].created_at >= oldest[0].created_at


async def test_a_replacement_of_another_version_than_the_latest_is_refused_and_changes_nothing(
    storage: Storage,
) -> None:
    first = await storage.catalogues.add(a_catalogue(), replacing={0})

    with pytest.raises(CatalogueChanged):
        await storage.catalogues.add(a_catalogue(), replacing={0, first + 1})
    assert await storage.catalogues.latest_version() == first
    assert await storage.catalogues.add(a_catalogue(), replacing={0, first}) > first


async def test_of_replacements_of_the_same_version_at_once_one_succeeds(storage: Storage) -> None:
    replaced = await asyncio.gather(
        *(storage.catalogues.add(a_catalogue(), replacing={0}) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(one, CatalogueChanged) for one in replaced) == 4
    assert sum(isinstance(one, int) for one in replaced) == 1


async def test_ten_thousand_rows_are_kept(storage: Storage) -> None:
    large = a_catalogue(*(an_agenda(f"topic_{number}") for number in range(10_000)))

    version = await storage.catalogues.add(large)

    assert await storage.catalogues.latest() == replace(large, version=version)


async def test_catalogues_are_unavailable_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.latest_version()
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.latest()
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.find(1)
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.history(limit=1, offset=0)
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.add(a_catalogue())
