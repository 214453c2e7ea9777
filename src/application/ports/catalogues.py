from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueVersion:
    version: int
    created_at: datetime
    personas: int
    agendas: int


class Catalogues(Protocol):
    """The versions of the catalogue; none is ever changed or lost."""

    async def latest_version(self) -> int:
        """0 when there is none. Raises DependencyUnavailable."""
        ...

    async def latest(self) -> Catalogue:
        """Empty, version 0, when there is none. Raises DependencyUnavailable."""
        ...

    async def find(self, version: int) -> Catalogue | None:
        """Raises DependencyUnavailable."""
        ...

    async def history(self, *, limit: int, offset: int) -> tuple[Sequence[CatalogueVersion], int]:
        """Newest first, and the number of all. Raises DependencyUnavailable."""
        ...

    async def add(self, catalogue: Catalogue, *, replacing: Collection[int] | None = None) -> int:
        """Makes this the latest, atomically, and returns the number it was given, higher than any before.

        Whoever follows ``CatalogueNews`` is told in the same moment. ``replacing``: only while the latest version is
        one of these. Raises CatalogueChanged; DependencyUnavailable.
        """
        ...


class CurrentCatalogue(Protocol):
    """The catalogue in memory; whole at any time, at most seconds old."""

    def current(self) -> Catalogue: ...
