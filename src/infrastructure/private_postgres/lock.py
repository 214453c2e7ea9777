import fcntl
import os
from pathlib import Path
from typing import Self

from infrastructure.private_postgres.errors import DirectoryInUseError


class DirectoryLock:
    """One service a data directory. The kernel lets go of it when the holder ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, directory: Path) -> Self:
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode() or "unknown"
            os.close(descriptor)
            raise DirectoryInUseError(
                f"The data directory {directory} is in use by the process with id {holder}: "
                "stop that one first, or choose another data directory."
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        return cls(descriptor)

    def release(self) -> None:
        os.ftruncate(self._descriptor, 0)
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # closing would not do while a forked child holds a copy
        os.close(self._descriptor)
