from collections.abc import Sequence
from dataclasses import dataclass

from application.ports.backup_shelf import BackupShelf
from domain.backup import outlived


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOldBackups:
    """Safe to repeat: what is gone stays gone."""

    shelf: BackupShelf

    async def __call__(self, *, keep: int) -> Sequence[str]:
        """The names of those that were removed. Raises DependencyUnavailable."""
        old = outlived(await self.shelf.names(), keep=keep)
        for name in old:
            await self.shelf.remove(name)
        return old
