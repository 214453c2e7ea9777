from contextlib import aclosing
from dataclasses import dataclass

from application.backup_manifest import written
from application.dump_seal import DumpSeal
from application.ports.backup_shelf import BackupShelf
from application.ports.clock import Clock
from application.ports.database_dumps import DatabaseDumps
from domain.backup import Backup, backup_name


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUpDatabase:
    """Safe to repeat: each run makes a backup of its own. One that breaks off leaves none."""

    dumps: DatabaseDumps
    shelf: BackupShelf
    clock: Clock
    version: str

    async def __call__(self) -> Backup:
        """Raises DependencyUnavailable."""
        taken_at, seal = self.clock.now(), DumpSeal()
        name = backup_name(taken_at)
        async with self.dumps.taken() as dump, aclosing(seal.over(dump.pieces)) as pieces:
            await self.shelf.put_dump(name, pieces)
        backup = Backup(
            name=name,
            taken_at=taken_at,
            version=self.version,
            contents=dump.contents,
            size_bytes=seal.size_bytes,
            sha256=seal.sha256,
        )
        await self.shelf.put_manifest(name, written(backup))
        return backup
