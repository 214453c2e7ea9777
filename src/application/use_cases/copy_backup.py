from dataclasses import dataclass

from application.errors import BackupNotFound
from application.ports.backup_shelf import BackupShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBackup:
    """Safe to repeat: what is there already is left as it is, and a copy that breaks off is begun again."""

    source: BackupShelf
    destination: BackupShelf

    async def __call__(self, name: str | None = None) -> str:
        """The name of what was copied: the newest, unless one is named.

        Raises BackupNotFound and DependencyUnavailable.
        """
        chosen = name or await self._newest()
        if chosen not in await self.destination.names():
            manifest = await self.source.manifest(chosen)
            await self.destination.put_dump(chosen, self.source.dump(chosen))
            await self.destination.put_manifest(chosen, manifest)
        return chosen

    async def _newest(self) -> str:
        names = await self.source.names()
        if not names:
            raise BackupNotFound
        return names[-1]
