"""HTTP in production: a server written in Rust, with one worker process that it watches over."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

# Longer than any request may take to finish while we stop, shorter than the thirty seconds that a stop may take.
KILL_TIMEOUT_SECONDS = 25
HEADER_TIMEOUT_MS = 10_000


def become_http_server(*, host: str, port: int, environment: Mapping[str, str]) -> None:
    """Replaces this process, so that the one that watches over the worker does not carry the whole program."""
    os.execve(sys.executable, _command(host, port), dict(environment))  # noqa: S606 - no shell is wanted


def run_http_server(*, host: str, port: int, environment: Mapping[str, str]) -> int:
    """As a child, for a parent that has more to look after; returns its exit code once it was told to stop."""
    with subprocess.Popen(_command(host, port), env=dict(environment)) as server:  # noqa: S603 - our own command

        def pass_on(number: int, _: FrameType | None) -> None:
            server.send_signal(number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, pass_on)
        return server.wait()


def _command(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", "asgi", "--factory"),
        *("--host", host, "--port", str(port)),
        *("--workers", "1", "--respawn-failed-workers"),
        *("--workers-kill-timeout", str(KILL_TIMEOUT_SECONDS)),
        *("--loop", "uvloop", "--http", "1", "--no-ws"),
        *("--http1-header-read-timeout", str(HEADER_TIMEOUT_MS)),
        *("--no-access-log", "--log-level", "warning"),
        "entrypoints.http.granian_worker:worker_app",
    ]
