"""Starting child processes that do not outlive us, as the right OS user."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from infrastructure.private_postgres.account import ServerAccount

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: a forked child must not load anything
_FORK_SECONDS = 30.0
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")  # and none of the service's secrets


def run(arguments: Sequence[str | Path], *, account: ServerAccount, seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own arguments
        arguments,
        check=False,
        capture_output=True,
        cwd="/",
        env=_environment(),
        extra_groups=account.extra_groups,
        group=account.gid,
        preexec_fn=_dying_with_us(signal.SIGKILL),
        text=True,
        timeout=seconds,
        user=account.uid,
    )


def spawn(
    arguments: Sequence[str | Path],
    *,
    account: ServerAccount,
    log: Path,
    environment: Mapping[str, str] | None = None,
    farewell: signal.Signals = signal.SIGINT,
) -> subprocess.Popen[bytes]:
    """Starts a server that gets the farewell signal (on Linux) when this process ends, even by SIGKILL.

    The kernel sends it when the *thread* that forked ends, so the server gets a thread that lives as long as it does.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            process = _popen(arguments, account, log, environment, farewell)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            started.set_exception(error)
            return
        started.set_result(process)
        process.wait()

    threading.Thread(target=keep, name=f"keeper of {Path(arguments[0]).name}", daemon=True).start()
    return started.result(_FORK_SECONDS)


def _popen(
    arguments: Sequence[str | Path],
    account: ServerAccount,
    log: Path,
    environment: Mapping[str, str] | None,
    farewell: signal.Signals,
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own arguments
            arguments,
            cwd="/",
            env=_environment() if environment is None else environment,
            extra_groups=account.extra_groups,
            group=account.gid,
            preexec_fn=_dying_with_us(farewell),  # noqa: PLW1509 - one system call, nothing that takes a lock
            start_new_session=True,  # Ctrl-C is for the service, which stops its server when it is ready to
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=account.uid,
        )


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _INHERITED}


def _dying_with_us(farewell: signal.Signals) -> Callable[[], None]:
    """Runs in the child after it became another user, which would clear the setting."""
    parent = os.getpid()

    def arrange() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the setting was made
            os._exit(1)

    return arrange
