from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from application.errors import BackupNotFound, DependencyUnavailable
from application.ports.backup_shelf import BackupShelf


@dataclass(slots=True, kw_only=True)
class InMemoryBackupShelf(BackupShelf):
    """Away when told to be. What it holds may be tampered with."""

    reachable: bool = True
    dumps: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)

    async def names(self) -> Sequence[str]:
        self._must_answer()
        return sorted(self.manifests)

    async def manifest(self, name: str) -> bytes:
        self._must_answer()
        return _of(self.manifests, name)

    async def dump(self, name: str) -> AsyncIterator[bytes]:
        self._must_answer()
        yield _of(self.dumps, name)

    async def put_dump(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        self._must_answer()
        self.dumps[name] = b"".join([piece async for piece in pieces])

    async def put_manifest(self, name: str, manifest: bytes) -> None:
        self._must_answer()
        self.manifests[name] = manifest

    async def remove(self, name: str) -> None:
        self._must_answer()
        self.manifests.pop(name, None)
        self.dumps.pop(name, None)

    def _must_answer(self) -> None:
        if not self.reachable:
            raise DependencyUnavailable("the in-memory shelf was told to be away")


def _of(kept: dict[str, bytes], name: str) -> bytes:
    if name not in kept:
        raise BackupNotFound(name)
    return kept[name]
