import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from application.ports.catalogue_news import CatalogueNews
from infrastructure.in_memory.database import InMemoryDatabase

LOOK_SECONDS = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryCatalogueNews(CatalogueNews):
    database: InMemoryDatabase

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[None]]:
        self.database.must_answer()
        told = asyncio.Event()
        told.set()
        self.database.catalogue_listeners.add(told)
        try:
            yield self._news(told)
        finally:
            self.database.catalogue_listeners.discard(told)

    async def _news(self, told: asyncio.Event) -> AsyncIterator[None]:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), LOOK_SECONDS)
            self.database.must_answer()
            if told.is_set():
                told.clear()
                yield
