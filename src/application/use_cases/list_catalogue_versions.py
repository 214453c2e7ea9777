from dataclasses import dataclass

from application.paging import Page, PageNumber
from application.ports.catalogues import Catalogues, CatalogueVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCatalogueVersions:
    """Newest first. Safe to repeat: reads only."""

    catalogues: Catalogues

    async def __call__(self, page: PageNumber) -> Page[CatalogueVersion]:
        items, total = await self.catalogues.history(limit=page.size, offset=page.offset)
        return Page(items=items, total=total, number=page)
