import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infrastructure.private_postgres.errors import PrivatePostgresError

_ROOT = 0
_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccount:
    """The OS user the server runs as. Without a uid it is the user we already are."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.uid is None else []

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter or execute what is at the path.

        The kernel is asked, as that user: modes, access lists and mount options all have their say.
        """
        probe = ("/bin/sh", "-c", 'test -x "$1"', "sh", path)
        finished = subprocess.run(  # noqa: S603 - our own arguments
            probe, check=False, cwd="/", extra_groups=self.extra_groups, group=self.gid, timeout=10, user=self.uid
        )
        return finished.returncode == 0


def server_account(cluster: Path) -> ServerAccount:
    """PostgreSQL refuses to run as root, and to serve a cluster that is not its user's own."""
    if os.geteuid() != _ROOT:
        return ServerAccount(name=str(os.geteuid()))
    if cluster.exists() and cluster.stat().st_uid != _ROOT:
        facts = cluster.stat()
        return ServerAccount(name=str(facts.st_uid), uid=facts.st_uid, gid=facts.st_gid)
    return _unprivileged_account()


def _unprivileged_account() -> ServerAccount:
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise PrivatePostgresError(f"PostgreSQL does not run as root: add an OS user named {' or '.join(_CANDIDATES)}.")
