from collections.abc import Collection
from dataclasses import dataclass

from application.ports.catalogues import Catalogues
from domain.catalogue import Catalogue
from domain.catalogue_warnings import warnings_about


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCatalogue:
    version: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCatalogue:
    """Makes a catalogue the current one. Repeating it adds a version that says the same: no answer changes."""

    catalogues: Catalogues

    async def __call__(self, catalogue: Catalogue, *, replacing: Collection[int] | None = None) -> ImportedCatalogue:
        """``replacing``: only while the latest version is one of these. Raises CatalogueChanged."""
        version = await self.catalogues.add(catalogue, replacing=replacing)
        return ImportedCatalogue(version=version, warnings=warnings_about(catalogue))
