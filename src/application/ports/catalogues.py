from typing import Protocol

from domain.catalogue import Catalogue


class Catalogues(Protocol):
    """The versions of the catalogue."""

    async def latest_version(self) -> int:
        """0 when there is none. Raises DependencyUnavailable."""
        ...

    async def latest(self) -> Catalogue:
        """Empty, version 0, when there is none. Raises DependencyUnavailable."""
        ...

    async def add(self, catalogue: Catalogue) -> int:
        """Makes this the latest, atomically, and returns the number it was given."""
        ...


class CurrentCatalogue(Protocol):
    """The catalogue in memory; whole at any time, at most seconds old."""

    def current(self) -> Catalogue: ...
