import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from application.errors import DependencyUnavailable
from application.ports.catalogues import Catalogues, CurrentCatalogue
from domain.catalogue import Catalogue


@dataclass(slots=True, kw_only=True)
class CatalogueSnapshot(CurrentCatalogue):
    """Holds the latest catalogue in memory and swaps it whole, so that nobody ever sees half of one."""

    catalogues: Catalogues
    interval: timedelta
    _current: Catalogue = field(default_factory=Catalogue)

    def current(self) -> Catalogue:
        return self._current

    async def refresh(self) -> None:
        """Loads the latest version if it is not the one held. Raises DependencyUnavailable."""
        if await self.catalogues.latest_version() != self._current.version:
            self._current = await self.catalogues.latest()

    async def run(self) -> None:
        """Refreshes until cancelled; while the database is away the last one held is as good as any."""
        while True:
            with suppress(DependencyUnavailable):
                await self.refresh()
            await asyncio.sleep(self.interval.total_seconds())
