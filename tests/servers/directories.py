import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "context-handling-"
_OWNER = "owner"
DISK = Path(tempfile.gettempdir())
_MEMORY = Path("/dev/shm")  # noqa: S108 - only as a parent of directories with unguessable names
_ROOM_FOR_A_SERVER = 2 * 1024**3  # bytes; a container's own /dev/shm is often far smaller


@contextmanager
def open_directory(parent: Path = DISK) -> Iterator[Path]:
    """A temporary directory the OS user of a server can enter, too: pytest's own are closed to all but us."""
    _sweep(parent)
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    directory.chmod(0o711)
    owner = _take(directory)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        os.close(owner)


def fast_parent() -> Path:
    """Memory where there is plenty: copying a database takes a tenth of what it takes on a disk."""
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_FOR_A_SERVER
    return _MEMORY if roomy else DISK


def _take(directory: Path) -> int:
    """The lock is held before the file gets its name, so a sweeper never sees a directory in use without it."""
    unnamed = directory / f"{_OWNER}.new"
    descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    unnamed.rename(directory / _OWNER)
    return descriptor


def _sweep(parent: Path) -> None:
    """Removes what killed runs left, which would pile up in memory."""
    for owner in parent.glob(f"{_PREFIX}*/{_OWNER}"):
        with suppress(OSError), owner.open("r+b") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(owner.parent, ignore_errors=True)
