import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from obstore.store import LocalStore

from infrastructure.object_storage.object_logs import ObjectConversationLogs

Result = TypeVar("Result")
# Threads of our own: a disk that hangs takes them, and must not take those in which everybody else works.
MOST_THREADS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FileConversationLogs(ObjectConversationLogs):
    """The directory must exist: one that is created in place of a missing volume would swallow logs."""

    directory: Path
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="log files"), repr=False
    )

    @property
    def scheme(self) -> str:
        return "file"

    async def _store(self) -> LocalStore:
        return await self._in_thread(lambda: LocalStore(self.directory))

    async def _settle(self, key: str) -> None:
        """The library writes a file and renames it, and leaves it to the kernel when that reaches the disk."""
        await self._in_thread(lambda: _reach_the_disk(self.directory, key))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _reach_the_disk(directory: Path, key: str) -> None:
    """The file, then its name in its directory, and the names of directories that may be new."""
    place = directory / key
    while place != directory:
        _flush(place)
        place = place.parent
    _flush(directory)


def _flush(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
