"""A server that speaks S3: rclone over a directory. Buckets are directories, objects are files."""

import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infrastructure.private_postgres.account import ServerAccount
from infrastructure.private_postgres.launch import spawn
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.servers.errors import ServerUnavailableError

_PROGRAM = Path(sys.executable).with_name("rclone")
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_BUCKETS = 200
_OURSELVES = ServerAccount(name="ourselves")
ACCESS_KEY_ID = "AKIATESTTESTTEST"
SECRET_ACCESS_KEY = "not-a-secret-but-long-enough"
PREFIX = "some/logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    directory: Path
    endpoint_url: str

    @property
    def name(self) -> str:
        return self.directory.name

    @property
    def settings(self) -> dict[str, str]:
        return {
            "LOG_STORE_URL": f"s3://{self.name}/{PREFIX}",
            "S3_ENDPOINT_URL": self.endpoint_url,
            "S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        }

    @property
    def locations(self) -> set[str]:
        """Of all that lies in it, as events would refer to it."""
        place = self.directory / PREFIX
        return {f"s3:{file.relative_to(place)}" for file in self.directory.rglob("*") if file.is_file()}


class PrivateObjectStore:
    """Keeps its address and its objects over any number of starts."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port()
        self._keys: tuple[tuple[str, str], ...] = ((ACCESS_KEY_ID, SECRET_ACCESS_KEY),)
        self._process: subprocess.Popen[bytes] | None = None
        # All at once: the server remembers which directories there are.
        self._buckets = [directory / "buckets" / f"bucket-{number}" for number in range(_BUCKETS)]
        for bucket in self._buckets:
            bucket.mkdir(parents=True)

    @property
    def endpoint_url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    def new_bucket(self) -> Bucket:
        return Bucket(directory=self._buckets.pop(), endpoint_url=self.endpoint_url)

    def accept_only(self, *keys: tuple[str, str]) -> None:
        """Pairs of id and secret, from now on; it is away for a moment."""
        self.kill()
        self._keys = keys
        self.start()

    def start(self) -> None:
        if not _PROGRAM.exists():
            raise ServerUnavailableError("The tests need rclone, as `make setup` installs it.")
        process = self._process = spawn(self._command(), account=_OURSELVES, log=self._log, farewell=signal.SIGKILL)
        wait_until(lambda: process.poll() is not None or self._answers(), seconds=_START_SECONDS)
        if process.poll() is not None or not self._answers():
            self.kill()
            raise ServerUnavailableError(f"The object store did not start: {self._log.read_text()[-2000:].strip()}")

    def kill(self) -> None:
        """As in a crash. Harmless when not started."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def _log(self) -> Path:
        return self._directory / "output.log"

    def _command(self) -> list[str | Path]:
        command: list[str | Path] = [_PROGRAM, "serve", "s3", self._directory / "buckets"]
        for pair in self._keys:
            command += ["--auth-key", ",".join(pair)]
        # Nothing of the machine's own.
        command += ["--config", "/dev/null", "--cache-dir", self._directory, "--vfs-cache-mode", "off"]
        return [*command, "--addr", f"{LOOPBACK}:{self._port}"]

    def _answers(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self._port), timeout=1).close()
        except OSError:
            return False
        return True
