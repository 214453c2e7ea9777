"""What /proc tells about processes that need not be our children."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from infrastructure.private_postgres.errors import ServerFailedError

_PROC = Path("/proc")
_PARENT_FIELD = 1  # of what follows the command name in /proc/<pid>/stat: state, parent, ...
_POLL_SECONDS = 0.01
# A fast stop, then an immediate one (the next start recovers from the write-ahead log), then the kernel's.
_ESCALATION = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


def wait_until(reached: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def serves(pid: int, cluster: Path) -> bool:
    """Whether this living process is the postmaster of this very cluster. A zombie has no command line: False."""
    try:
        arguments = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.path.basename(arguments[0]) == b"postgres" and os.fsencode(cluster) in arguments  # noqa: PTH119 - bytes


def signal_server(pid: int, number: int) -> None:
    """Signals the postmaster and its children, which PostgreSQL keeps in process groups of their own.

    The postmaster comes first: stopped, it can neither start a child nor mourn one.
    """
    _signal(pid, number)
    for child in _children(pid):
        _signal(child, number)


def end_server(pid: int, gone: Callable[[], bool], *, first: int = signal.SIGINT) -> None:
    """Ends the server within 45 seconds, as gently as it lets us."""
    steps = [number for number, _ in _ESCALATION]
    for number, seconds in _ESCALATION[steps.index(signal.Signals(first)) :]:
        if gone():
            return
        _signal(pid, number)
        signal_server(pid, signal.SIGCONT)  # a paused server would not hear the signal
        if wait_until(gone, seconds=seconds):
            return
    raise ServerFailedError(f"The PostgreSQL server with process id {pid} could not be stopped.")


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _children(pid: int) -> list[int]:
    return [int(entry.name) for entry in _PROC.glob("[0-9]*") if _parent(entry) == pid]


def _parent(process: Path) -> int | None:
    try:
        facts = (process / "stat").read_text(errors="replace")
    except OSError:
        return None
    return int(facts.rpartition(")")[2].split()[_PARENT_FIELD])
