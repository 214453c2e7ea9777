import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Self

from redis import Redis

from infrastructure.private_postgres.account import ServerAccount
from infrastructure.private_postgres.launch import spawn
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.servers.errors import ServerUnavailableError

_PROGRAM = "redis-server"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_OURSELVES = ServerAccount(name="ourselves")


class PrivateRedis:
    """A Redis of our own that keeps its address over any number of starts, and nothing else: all is in memory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port()
        self._password: str | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        return shutil.which(_PROGRAM) is not None

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self._port}/0"

    def start(self) -> None:
        process = self._process = spawn(self._command(), account=_OURSELVES, log=self._log, farewell=signal.SIGKILL)
        wait_until(lambda: process.poll() is not None or self._answers(), seconds=_START_SECONDS)
        if process.poll() is not None or not self._answers():
            self.kill()
            raise ServerUnavailableError(f"Redis did not start: {self._log.read_text()[-2000:].strip()}")

    def kill(self) -> None:
        """As in a crash. Harmless when not started."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)
            self._process = None

    def require(self, password: str) -> str:
        """The URL with it. Whoever is connected stays so, until ``hang_up``."""
        self._order("CONFIG", "SET", "requirepass", password)
        self._password = password
        return self.url.replace("//", f"//:{password}@")

    def hang_up(self) -> None:
        """On everybody."""
        self._order("CLIENT", "KILL", "TYPE", "normal")

    def pause(self) -> None:
        """Connections stay open and nobody answers, until resume."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def _log(self) -> Path:
        return self._directory / "output.log"

    def _order(self, *words: str) -> None:
        client = Redis(host=LOOPBACK, port=self._port, password=self._password)
        client.execute_command(*words)  # type: ignore[no-untyped-call] # the library has it so
        client.close()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the server is started"
        self._process.send_signal(number)

    def _command(self) -> list[str]:
        address = ["--bind", LOOPBACK, "--port", str(self._port), "--dir", str(self._directory)]
        # No file of its own; and no configuration but this.
        return [str(shutil.which(_PROGRAM)), *address, "--save", "", "--appendonly", "no"]

    def _answers(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self._port), timeout=1).close()
        except OSError:
            return False
        return True
