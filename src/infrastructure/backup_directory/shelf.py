import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from application.errors import BackupNotFound, DependencyUnavailable
from application.ports.backup_shelf import BackupShelf

Result = TypeVar("Result")
PIECE_BYTES = 1024 * 1024
DUMP, MANIFEST, UNFINISHED = ".dump", ".json", ".unfinished"
ABANDONED_SECONDS = 3600
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryBackupShelf(BackupShelf):
    """Two files a backup, for their owner's eyes only. A file is written under another name and then renamed."""

    directory: Path

    async def names(self) -> Sequence[str]:
        return await _done(lambda: sorted(file.stem for file in _listed(self.directory, MANIFEST)))

    async def manifest(self, name: str) -> bytes:
        return await _done(self._file(name, MANIFEST).read_bytes, name)

    async def dump(self, name: str) -> AsyncIterator[bytes]:
        with await _done(lambda: self._file(name, DUMP).open("rb"), name) as file:
            while piece := await _done(lambda: file.read(PIECE_BYTES)):
                yield piece

    async def put_dump(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        with _unfinished(self._file(name, DUMP)) as file:
            async for piece in pieces:
                await _done(lambda piece=piece: file.write(piece))  # type: ignore[misc]
            await _done(lambda: _finish(file, self._file(name, DUMP)))

    async def put_manifest(self, name: str, manifest: bytes) -> None:
        with _unfinished(self._file(name, MANIFEST)) as file:
            await _done(lambda: file.write(manifest))
            await _done(lambda: _finish(file, self._file(name, MANIFEST)))

    async def remove(self, name: str) -> None:
        for suffix in (MANIFEST, DUMP):
            await _done(lambda suffix=suffix: self._file(name, suffix).unlink(missing_ok=True))  # type: ignore[misc]

    def _file(self, name: str, suffix: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BackupNotFound(name)
        return self.directory / f"{name}{suffix}"


async def _done(work: Callable[[], Result], name: str | None = None) -> Result:
    """In a thread: a disk may take its time."""
    try:
        return await asyncio.to_thread(work)
    except FileNotFoundError as error:
        if name is not None:
            raise BackupNotFound(name) from error
        raise DependencyUnavailable(_said(error)) from error
    except OSError as error:
        raise DependencyUnavailable(_said(error)) from error


def _said(error: OSError) -> str:
    return f"the backup directory cannot be used: {error.strerror}"


def _listed(directory: Path, suffix: str) -> Iterator[Path]:
    return (Path(entry.path) for entry in os.scandir(directory) if entry.name.endswith(suffix))


@contextmanager
def _unfinished(file: Path) -> Iterator[IO[bytes]]:
    """What is not finished is taken away again, and what killed processes left."""
    aside = file.with_name(f"{file.name}{UNFINISHED}")
    try:
        _sweep(file.parent)
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DependencyUnavailable(_said(error)) from error
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as opened:
            yield opened
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _sweep(directory: Path) -> None:
    """Whoever still writes has written within the hour."""
    for file in _listed(directory, UNFINISHED):
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > ABANDONED_SECONDS:
                file.unlink()


def _finish(opened: IO[bytes], file: Path) -> None:
    os.fsync(opened.fileno())
    file.with_name(f"{file.name}{UNFINISHED}").rename(file)
    descriptor = os.open(file.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
