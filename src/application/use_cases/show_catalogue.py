from dataclasses import dataclass

from application.errors import CatalogueVersionNotFound
from application.ports.catalogues import Catalogues
from domain.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCatalogue:
    """Safe to repeat: reads only."""

    catalogues: Catalogues

    async def __call__(self, version: int | None = None) -> Catalogue:
        """The latest unless a version is named; before the first it is empty. Raises CatalogueVersionNotFound."""
        if version is None:
            return await self.catalogues.latest()
        if (found := await self.catalogues.find(version)) is None:
            raise CatalogueVersionNotFound(version)
        return found
