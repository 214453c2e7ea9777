from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from application.ports.backup_shelf import BackupShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedBackupShelf(BackupShelf):
    """Tells how many bytes of dumps went in or came out, for whoever waits."""

    shelf: BackupShelf
    told: Callable[[int], None]

    async def names(self) -> Sequence[str]:
        return await self.shelf.names()

    async def manifest(self, name: str) -> bytes:
        return await self.shelf.manifest(name)

    async def dump(self, name: str) -> AsyncIterator[bytes]:
        async with aclosing(self._counted(self.shelf.dump(name))) as pieces:
            async for piece in pieces:
                yield piece

    async def put_dump(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        async with aclosing(self._counted(pieces)) as counted:
            await self.shelf.put_dump(name, counted)

    async def put_manifest(self, name: str, manifest: bytes) -> None:
        await self.shelf.put_manifest(name, manifest)

    async def remove(self, name: str) -> None:
        await self.shelf.remove(name)

    async def _counted(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        async for piece in pieces:
            self.told(len(piece))
            yield piece
