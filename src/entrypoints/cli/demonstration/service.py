"""The service as a user starts it: its own process, its own empty data directory."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

START_SECONDS = 45.0
STOP_SECONDS = 30.0


class ServiceDidNotStart(Exception):
    pass


@contextmanager
def embedded_service(settings: Mapping[str, str]) -> Iterator[str]:
    """The address of a fresh service, which ends and is forgotten when left. Raises ServiceDidNotStart."""
    with tempfile.TemporaryDirectory(prefix="context-handling-demo-", ignore_cleanup_errors=True) as directory:
        # The embedded server may run as another user, who must be able to pass through.
        Path(directory).chmod(0o711)
        port = _free_port()
        log = Path(directory) / "service.log"
        with log.open("wb") as output:
            process = _start(port, Path(directory) / "data", output.fileno(), settings)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, process, log)
            yield address
        finally:
            stop(process)


def _start(port: int, data: Path, output: int, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # The demonstration shows what a bare machine does, whatever is configured on this one.
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PG_BINDIR")}
    environment = {**inherited, **settings}
    command = [sys.executable, "-m", "entrypoints.cli.main", "dev", "--port", str(port), "--data", str(data)]
    return subprocess.Popen(command, env=environment, cwd=data.parent, stdout=output, stderr=output)  # noqa: S603


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise ServiceDidNotStart(log.read_text(errors="replace")[-2000:])


def stop(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
