import hashlib
import os
from pathlib import Path

from infrastructure.private_postgres.account import ServerAccount, server_account
from infrastructure.private_postgres.errors import DirectoryUnusableError

_SYSTEM_STATE = Path("/var/lib/context-handling")
_ENTERED_BY_ALL_LISTED_BY_US = 0o711


def default_data_directory(checkout: Path, *, system_state: Path = _SYSTEM_STATE) -> Path:
    """`.data` in the checkout; for root, whose checkout the server's user may not reach, a stable place outside."""
    directory = checkout.resolve() / ".data"
    account = server_account(directory)
    if account.uid is None or is_traversable(directory, account):
        return directory
    fingerprint = hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:8]
    return system_state / f"{checkout.resolve().name}-{fingerprint}"


def is_traversable(path: Path, account: ServerAccount) -> bool:
    """Whether the user may enter the path, or as much of it as exists."""
    return account.reaches(_existing(path))


def make_directory(directory: Path, account: ServerAccount) -> None:
    """Creates what is missing of the path, open for the server's user to pass through whatever our umask is."""
    if not is_traversable(directory, account):
        raise DirectoryUnusableError(
            f"The user {account.name!r}, whom PostgreSQL runs as, cannot enter {directory}: "
            "choose a data directory outside of private home directories."
        )
    for missing in reversed([path for path in (directory, *directory.parents) if not path.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(_ENTERED_BY_ALL_LISTED_BY_US)


def require_own_cluster(cluster: Path) -> None:
    if cluster.exists() and os.geteuid() not in (0, cluster.stat().st_uid):
        raise DirectoryUnusableError(
            f"The data in {cluster} belongs to another user: start as that user, or choose another data directory."
        )


def _existing(path: Path) -> Path:
    return next(candidate for candidate in (path, *path.parents) if candidate.exists())
