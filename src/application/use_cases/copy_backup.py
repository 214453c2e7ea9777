from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from application.backup_manifest import read
from application.dump_seal import DumpSeal
from application.errors import BackupDamaged, BackupNotFound
from application.ports.backup_shelf import BackupShelf
from domain.backup import Backup


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBackup:
    """Safe to repeat: what is there already is left as it is, and a copy that breaks off is begun again.

    What is damaged does not become a backup at its destination, or it would be taken for one the next time.
    """

    source: BackupShelf
    destination: BackupShelf

    async def __call__(self, name: str | None = None) -> str:
        """The name of what was copied: the newest, unless one is named.

        Raises BackupNotFound, BackupDamaged and DependencyUnavailable.
        """
        chosen = name or await self._newest()
        if chosen not in await self.destination.names():
            manifest = await self.source.manifest(chosen)
            await self._copy_dump(read(manifest, chosen))
            await self.destination.put_manifest(chosen, manifest)
        return chosen

    async def _copy_dump(self, backup: Backup) -> None:
        seal = DumpSeal()
        await self.destination.put_dump(backup.name, self._sealed(backup.name, seal))
        if seal.sha256 != backup.sha256:
            await self.destination.remove(backup.name)
            raise BackupDamaged(backup.name, "its checksum is another")

    async def _sealed(self, name: str, seal: DumpSeal) -> AsyncIterator[bytes]:
        async with aclosing(seal.over(self.source.dump(name))) as pieces:
            async for piece in pieces:
                yield piece

    async def _newest(self) -> str:
        names = await self.source.names()
        if not names:
            raise BackupNotFound
        return names[-1]
