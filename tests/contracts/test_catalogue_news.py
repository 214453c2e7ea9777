import asyncio
from collections.abc import AsyncIterator

import pytest

from application.errors import CatalogueChanged, DependencyUnavailable
from tests.contracts.storage import SILENCE, Storage
from tests.examples import a_catalogue

SOON_SECONDS = 10
QUIET_SECONDS = 3 * SILENCE.total_seconds()


async def _heard(news: AsyncIterator[None]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        await anext(news)


async def _nothing_is_heard(news: AsyncIterator[None]) -> None:
    """The last thing to ask of it: an iterator that is cut off is at its end."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(news), QUIET_SECONDS)


async def test_a_listener_is_told_at_once_since_it_may_have_missed_something(storage: Storage) -> None:
    async with storage.news.listening() as news:
        await _heard(news)
        await _nothing_is_heard(news)


async def test_every_listener_hears_of_a_change_however_long_it_was_quiet(storage: Storage) -> None:
    async with storage.news.listening() as one, storage.news.listening() as other:
        await _heard(one)
        await _heard(other)
        waiting = asyncio.create_task(_heard(one))
        await asyncio.sleep(QUIET_SECONDS)

        await storage.catalogues.add(a_catalogue())

        await waiting
        await _heard(other)


async def test_what_changes_while_nobody_reads_is_heard_later(storage: Storage) -> None:
    async with storage.news.listening() as news:
        await _heard(news)
        await storage.catalogues.add(a_catalogue())
        await asyncio.sleep(QUIET_SECONDS)

        await _heard(news)


async def test_a_refused_replacement_is_no_news(storage: Storage) -> None:
    async with storage.news.listening() as news:
        await _heard(news)
        with pytest.raises(CatalogueChanged):
            await storage.catalogues.add(a_catalogue(), replacing={7})

        await _nothing_is_heard(news)


async def test_nobody_can_listen_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        async with unreachable_storage.news.listening():
            pass
