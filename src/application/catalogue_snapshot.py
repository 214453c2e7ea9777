import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from application.errors import DependencyUnavailable
from application.ports.catalogue_news import CatalogueNews
from application.ports.catalogues import Catalogues, CurrentCatalogue
from domain.catalogue import Catalogue


@dataclass(slots=True, kw_only=True)
class CatalogueSnapshot(CurrentCatalogue):
    """Holds the latest catalogue in memory and swaps it whole, so that nobody ever sees half of one."""

    catalogues: Catalogues
    news: CatalogueNews
    interval: timedelta
    _current: Catalogue = field(default_factory=Catalogue)
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def current(self) -> Catalogue:
        return self._current

    async def refresh(self) -> None:
        """Loads the latest version if it is not the one held. Raises DependencyUnavailable."""
        async with self._refreshing:  # of two at once the slower would put an older version back
            if await self.catalogues.latest_version() != self._current.version:
                self._current = await self.catalogues.latest()

    async def follow(self) -> None:
        """Refreshes at every piece of news, until cancelled. Raises DependencyUnavailable: begin again."""
        async with self.news.listening() as news:
            async for _ in news:
                await self.refresh()

    async def poll(self) -> None:
        """Refreshes now and then until cancelled, for news that was lost.

        While the database is away the last one held is as good as any.
        """
        while True:
            with suppress(DependencyUnavailable):
                await self.refresh()
            await asyncio.sleep(self.interval.total_seconds())
