from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class CatalogueNews(Protocol):
    """Tells every process that there may be a newer catalogue. News may be lost, and then nobody says so."""

    def listening(self) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """Once when listening has begun, so that nothing is missed before; then soon after every change.

        Endless, and ends only in DependencyUnavailable: at the latest some seconds after the connection is dead.
        """
        ...
