import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from infrastructure.private_postgres.account import ServerAccount
from infrastructure.private_postgres.binaries import Binaries
from infrastructure.private_postgres.errors import AddressTakenError, PredecessorLingersError, ServerFailedError
from infrastructure.private_postgres.launch import spawn
from infrastructure.private_postgres.ports import LOOPBACK
from infrastructure.private_postgres.processes import end_server, wait_until

_START_SECONDS = 90.0  # recovery after a crash is part of it
_TAIL_BYTES = 3000
_KNOWN_FAILURES: dict[str, type[ServerFailedError]] = {
    "could not create any TCP/IP sockets": AddressTakenError,
    "pre-existing shared memory block": PredecessorLingersError,
}
_SETTINGS = {"shared_buffers": "128MB", "max_connections": "200", "timezone": "UTC", "lc_messages": "C"}
_THROWAWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",  # creating and dropping a database walks through all of them
    "synchronous_commit": "off",
}


def server_settings(*, durable: bool, port: int, extra: Mapping[str, str]) -> dict[str, str]:
    where = {"listen_addresses": LOOPBACK, "port": str(port), "unix_socket_directories": ""}
    return where | _SETTINGS | ({} if durable else _THROWAWAY) | dict(extra)


def start_server(
    binaries: Binaries, cluster: Path, settings: Mapping[str, str], *, account: ServerAccount, log: Path
) -> subprocess.Popen[bytes]:
    """Returns when the server accepts connections."""
    written = log.stat().st_size
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = spawn([binaries.postgres, "-D", cluster, *options], account=account, log=log)
    try:
        _await_ready(process, cluster, log, written)
    except BaseException:  # Ctrl-C, too, must not leave a server behind that nobody knows
        end_server(process.pid, gone=lambda: process.poll() is not None, first=signal.SIGQUIT)
        raise
    return process


def _await_ready(process: subprocess.Popen[bytes], cluster: Path, log: Path, written: int) -> None:
    decided = wait_until(lambda: process.poll() is not None or _is_ready(cluster, process.pid), seconds=_START_SECONDS)
    if process.poll() is not None:
        raise _failure(log, written)
    if not decided:
        raise ServerFailedError(f"PostgreSQL was not ready after {_START_SECONDS:.0f} s: {_tail(log, written)}")


def _is_ready(cluster: Path, pid: int) -> bool:
    """The first line of the pid file is the server's id, the eighth its state: what pg_ctl looks at, too."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]


def _failure(log: Path, written: int) -> ServerFailedError:
    tail = _tail(log, written)
    kind = next((kind for sign, kind in _KNOWN_FAILURES.items() if sign in tail), ServerFailedError)
    return kind(f"PostgreSQL did not start; the end of {log}: {tail}")


def fresh_log(log: Path) -> None:
    """Keeps one predecessor. Only for us to read: PostgreSQL quotes failing statements, data included."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)


def _tail(log: Path, written: int) -> str:
    with log.open("rb") as lines:
        lines.seek(max(written, log.stat().st_size - _TAIL_BYTES))
        return lines.read().decode(errors="replace").strip()
