"""HTTP in production: a server written in Rust, with one worker process that it watches over."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

# Longer than any request may take to finish while we stop, shorter than the thirty seconds that a stop may take.
KILL_TIMEOUT_SECONDS = 25
# One clock for both: the time for a head, and for an idle connection to begin the next request.
KEEP_ALIVE_MS = 55_000
# Of one connection; a head may be as long, and a body is read in pieces of it.
BUFFER_BYTES = 64 * 1024
BACKLOG = 2048
# Connections, not requests: idle ones and such that send a head slowly count, and beyond them nobody gets in.
MOST_CONNECTIONS = 8192
OTHER_FILES = 1024


def become_http_server(*, host: str, port: int, environment: Mapping[str, str]) -> None:
    """Replaces this process, so that the one that watches over the worker does not carry the whole program."""
    _allow_many_sockets()
    os.execve(sys.executable, _command(host, port), dict(environment))  # noqa: S606 - no shell is wanted


def run_http_server(*, host: str, port: int, environment: Mapping[str, str]) -> int:
    """As a child, for a parent that has more to look after; returns its exit code once it was told to stop."""
    _allow_many_sockets()
    with subprocess.Popen(_command(host, port), env=dict(environment)) as server:  # noqa: S603 - our own command

        def pass_on(number: int, _: FrameType | None) -> None:
            server.send_signal(number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, pass_on)
        return server.wait()


def _allow_many_sockets() -> None:
    """A connection is an open file; the usual limit of a thousand would be met before ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, MOST_CONNECTIONS + OTHER_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _command(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", "asgi", "--factory"),
        *("--host", host, "--port", str(port)),
        *("--workers", "1", "--respawn-failed-workers"),
        *("--workers-kill-timeout", str(KILL_TIMEOUT_SECONDS)),
        *("--loop", "uvloop", "--http", "1", "--no-ws"),
        *("--http1-header-read-timeout", str(KEEP_ALIVE_MS), "--http1-buffer-size", str(BUFFER_BYTES)),
        *("--backlog", str(BACKLOG), "--backpressure", str(MOST_CONNECTIONS)),
        *("--no-access-log", "--log-level", "warning"),
        "entrypoints.http.granian_worker:worker_app",
    ]
