from collections.abc import AsyncIterator, Sequence
from typing import Protocol


class BackupShelf(Protocol):
    """Where backups lie: a dump and its manifest under one name. Without its manifest a dump is no backup.

    Every method raises DependencyUnavailable when the place does not answer, refuses or is full.
    """

    async def names(self) -> Sequence[str]:
        """Of all backups, sorted."""
        ...

    async def manifest(self, name: str) -> bytes:
        """Raises BackupNotFound."""
        ...

    def dump(self, name: str) -> AsyncIterator[bytes]:
        """In pieces. Raises BackupNotFound when it is missing."""
        ...

    async def put_dump(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """All of it and durable when it returns; when it raises, or when the pieces do, there is none."""
        ...

    async def put_manifest(self, name: str, manifest: bytes) -> None:
        """Durable when it returns. To be put last: it makes a backup of the dump."""
        ...

    async def remove(self, name: str) -> None:
        """The manifest first. Gone when it returns, also if there was nothing."""
        ...
