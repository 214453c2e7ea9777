from dataclasses import dataclass

from application.ports.catalogues import Catalogues
from domain.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCatalogue:
    """Makes a catalogue the current one. Repeating it adds a version that says the same: no answer changes."""

    catalogues: Catalogues

    async def __call__(self, catalogue: Catalogue) -> int:
        """The new version's number."""
        return await self.catalogues.add(catalogue)
