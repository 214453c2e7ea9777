import os
import shutil
import tempfile
from pathlib import Path

from infrastructure.private_postgres.account import ServerAccount
from infrastructure.private_postgres.binaries import Binaries
from infrastructure.private_postgres.errors import ServerFailedError
from infrastructure.private_postgres.launch import run

_INITDB_SECONDS = 120.0
_UNFINISHED = "cluster.new."


def create_cluster(cluster: Path, *, binaries: Binaries, account: ServerAccount, durable: bool) -> None:
    """Makes the cluster aside and moves it into place: an interrupted initdb leaves no half of one."""
    for abandoned in cluster.parent.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=cluster.parent))
    if account.uid is not None and account.gid is not None:
        os.chown(unfinished, account.uid, account.gid)
    _initialise(unfinished, binaries=binaries, account=account, durable=durable)
    unfinished.rename(cluster)
    if durable:
        _write_down_names(cluster.parent)


def _write_down_names(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _initialise(directory: Path, *, binaries: Binaries, account: ServerAccount, durable: bool) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
    if not durable:
        options.append("--no-sync")
    finished = run([binaries.initdb, "-D", directory, *options], account=account, seconds=_INITDB_SECONDS)
    if finished.returncode:
        raise ServerFailedError(f"initdb failed: {finished.stderr.strip()[-2000:]}")
