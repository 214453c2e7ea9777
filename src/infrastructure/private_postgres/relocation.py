import shutil
import tempfile
from pathlib import Path

from infrastructure.private_postgres.account import ServerAccount
from infrastructure.private_postgres.binaries import Binaries
from infrastructure.private_postgres.errors import BinariesMissingError


def within_reach(binaries: Binaries, *, account: ServerAccount, directory: Path) -> Binaries:
    """The binaries, or a copy of them below the directory when the server's user cannot reach them where they are."""
    if account.reaches(binaries.postgres):
        return binaries
    if not binaries.relocatable:
        raise BinariesMissingError(
            f"The user {account.name!r} PostgreSQL runs as cannot execute {binaries.postgres}: "
            "install PostgreSQL where every user can reach it."
        )
    copy = directory / f"postgresql-{binaries.version()}"
    if not copy.exists():
        _copy(binaries.directory.parent, copy)
    return Binaries(directory=copy / "bin")


def _copy(installation: Path, destination: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=f"{destination.name}.", dir=destination.parent) as unfinished:
        copied = Path(unfinished) / "installation"
        shutil.copytree(installation, copied, symlinks=True)
        for path in (copied, *copied.rglob("*")):
            _open_to_all(path)
        copied.rename(destination)  # in one step: a copy that was interrupted is never taken for a whole one


def _open_to_all(path: Path) -> None:
    if path.is_symlink():
        return
    executable = path.is_dir() or path.stat().st_mode & 0o100
    path.chmod(0o755 if executable else 0o644)
