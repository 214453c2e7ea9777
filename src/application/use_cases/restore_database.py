import hashlib
from dataclasses import dataclass

from application.backup_manifest import read
from application.errors import BackupDamaged, BackupNotFound, RestoreRefused
from application.ports.backup_shelf import BackupShelf
from application.ports.database_dumps import DatabaseDumps
from domain.backup import Backup


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDatabase:
    """Puts a backup in the place of what the database holds, after a look at every byte of it.

    Safe to repeat: until the last statement the database is as it was, and the same backup brings the same again.
    """

    dumps: DatabaseDumps
    shelf: BackupShelf

    async def __call__(self, name: str | None = None, *, replace: bool = False) -> Backup:
        """The newest backup, unless one is named. ``replace``: also over a database that holds something.

        Raises BackupNotFound, BackupDamaged, RestoreRefused and DependencyUnavailable.
        """
        backup = await self._backup(name)
        await self._refuse_if_unfit(backup, replace=replace)
        await self._check(backup)
        await self.dumps.load(self.shelf.dump(backup.name))
        if await self.dumps.contents() != backup.contents:
            raise BackupDamaged(backup.name, "what came out of it is not what it says it holds")
        await self.dumps.bring_up()
        return backup

    async def _backup(self, name: str | None) -> Backup:
        names = await self.shelf.names()
        if not names:
            raise BackupNotFound
        chosen = name or names[-1]
        return read(await self.shelf.manifest(chosen), chosen)

    async def _refuse_if_unfit(self, backup: Backup, *, replace: bool) -> None:
        if not self.dumps.knows(backup.contents.schema_revision):
            raise RestoreRefused(
                f"{backup.name} was taken by version {backup.version}, whose tables this version does not know."
            )
        if others := await self.dumps.others():
            raise RestoreRefused(f"{others} connections of the running service: stop serve and consume first.")
        present = await self.dumps.contents()
        if present is not None and not present.is_empty and not replace:
            raise RestoreRefused("The database is not empty: --replace overwrites all it holds.")

    async def _check(self, backup: Backup) -> None:
        checksum = hashlib.sha256()
        async for piece in self.shelf.dump(backup.name):
            checksum.update(piece)
        if checksum.hexdigest() != backup.sha256:
            raise BackupDamaged(backup.name, "its checksum is another")
