from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from obstore.store import LocalStore, S3Store

from application.errors import BackupNotFound, LogStoreUnavailable, LogUnavailable
from application.ports.backup_shelf import BackupShelf
from infrastructure.object_storage.errors import answering

FOLDER = "backups"
DUMP, MANIFEST = ".dump", ".json"
PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectBackupShelf(BackupShelf):
    """Beside the logs, in a folder of its own, whose names no collector of logs takes for one of his.

    ``limit``: of one answer, or one part; ``whole_limit``: of a dump.
    """

    opened: Callable[[], LocalStore | S3Store] = field(repr=False)
    limit: timedelta
    whole_limit: timedelta

    async def names(self) -> Sequence[str]:
        async with answering(self.limit, missing=LogStoreUnavailable):
            found = await self.opened().list(prefix=f"{FOLDER}/").collect_async()
        paths = [item["path"].rpartition("/")[2] for item in found]
        return sorted(path.removesuffix(MANIFEST) for path in paths if path.endswith(MANIFEST))

    async def manifest(self, name: str) -> bytes:
        try:
            async with answering(self.limit, missing=LogUnavailable):
                return bytes(await (await self.opened().get_async(_key(name, MANIFEST))).bytes_async())
        except LogUnavailable as error:
            raise BackupNotFound(name) from error

    async def dump(self, name: str) -> AsyncIterator[bytes]:
        try:
            async with answering(self.limit, missing=LogUnavailable):
                pieces = aiter((await self.opened().get_async(_key(name, DUMP))).stream(min_chunk_size=PART_BYTES))
        except LogUnavailable as error:
            raise BackupNotFound(name) from error
        while True:
            async with answering(self.limit, missing=LogStoreUnavailable):
                try:
                    piece = await anext(pieces)  # the library's iterators cannot take a default
                except StopAsyncIteration:
                    return
            yield bytes(piece)

    async def put_dump(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Shows only when it is whole: that is how parts are put together."""
        async with answering(self.whole_limit, missing=LogStoreUnavailable):
            await self.opened().put_async(
                _key(name, DUMP), pieces, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE, use_multipart=True
            )

    async def put_manifest(self, name: str, manifest: bytes) -> None:
        async with answering(self.limit, missing=LogStoreUnavailable):
            await self.opened().put_async(_key(name, MANIFEST), manifest)

    async def remove(self, name: str) -> None:
        for suffix in (MANIFEST, DUMP):
            with suppress(LogUnavailable):
                async with answering(self.limit, missing=LogUnavailable):
                    await self.opened().delete_async(_key(name, suffix))


def backups_in_directory(directory: Path, *, limit: timedelta, whole_limit: timedelta) -> ObjectBackupShelf:
    return ObjectBackupShelf(opened=lambda: LocalStore(directory), limit=limit, whole_limit=whole_limit)


def backups_in_bucket(store: S3Store, *, whole_limit: timedelta, limit: timedelta) -> ObjectBackupShelf:
    return ObjectBackupShelf(opened=lambda: store, limit=limit, whole_limit=whole_limit)


def _key(name: str, suffix: str) -> str:
    if "/" in name:
        raise BackupNotFound(name)
    return f"{FOLDER}/{name}{suffix}"
