import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from application.errors import DependencyUnavailable
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


async def test_catalogues_are_unavailable_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.latest_version()
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.latest()
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.catalogues.add(a_catalogue())
