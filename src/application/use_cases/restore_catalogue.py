from dataclasses import dataclass

from application.errors import CatalogueVersionNotFound
from application.ports.catalogues import Catalogues


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreCatalogue:
    """Makes an old version the current one again, under a new number; what was current stays in the history.

    Repeating it adds a version that says the same: no answer changes.
    """

    catalogues: Catalogues

    async def __call__(self, version: int) -> int:
        """The new version's number. Raises CatalogueVersionNotFound."""
        if (found := await self.catalogues.find(version)) is None:
            raise CatalogueVersionNotFound(version)
        return await self.catalogues.add(found)
