import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from infrastructure.private_postgres.account import ServerAccount, server_account
from infrastructure.private_postgres.binaries import Binaries, cluster_major, find_binaries
from infrastructure.private_postgres.cluster import create_cluster
from infrastructure.private_postgres.directory import make_directory, require_own_cluster
from infrastructure.private_postgres.errors import AddressTakenError, DirectoryUnusableError, PredecessorLingersError
from infrastructure.private_postgres.leftover import clear_leftover
from infrastructure.private_postgres.lock import DirectoryLock
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import end_server, signal_server
from infrastructure.private_postgres.relocation import within_reach
from infrastructure.private_postgres.server import fresh_log, server_settings, start_server

_ATTEMPTS = 10
_PAUSE_SECONDS = 0.2


class PrivatePostgres:
    """A PostgreSQL server of our own on 127.0.0.1, which ends when this process does.

    Durable, it keeps what it committed over anything short of losing the disk; not durable, it is fast and for tests.
    Every method blocks, with a limit. Raises PrivatePostgresError.
    """

    def __init__(
        self, directory: Path, *, durable: bool, port: int | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory.resolve()
        self._cluster = self._directory / "cluster"
        self._durable = durable
        self._fixed_port = port
        self._port = port
        self._settings = dict(settings or {})
        self._lock: DirectoryLock | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        if self._port is None:
            raise RuntimeError("the server has no address before its first start")
        return f"postgresql://postgres@{LOOPBACK}:{self._port}/{database}"

    @property
    def log(self) -> Path:
        return self._directory / "server.log"

    def start(self) -> None:
        """Once more after a stop or a kill, it comes back at the same address unless somebody took the port."""
        if self._process is not None:
            raise RuntimeError("the server is already started")
        self._lock = self._occupy()
        try:
            self._process = self._launch()
        except BaseException:
            self._release()
            raise

    def stop(self) -> None:
        """Lets the transactions in flight fail, writes everything down and ends. Harmless when not started."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends at once, as in a crash: the next start recovers. Harmless when not started."""
        self._end(signal.SIGQUIT)

    def pause(self) -> None:
        """Connections stay open and nobody answers, until resume."""
        signal_server(self._running().pid, signal.SIGSTOP)

    def resume(self) -> None:
        signal_server(self._running().pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _occupy(self) -> DirectoryLock:
        try:
            require_own_cluster(self._cluster)
            make_directory(self._directory, server_account(self._cluster))
            return DirectoryLock.take(self._directory)
        except PermissionError as error:
            raise DirectoryUnusableError(
                f"The data directory {self._directory} is not ours to use: {error}."
            ) from error

    def _launch(self) -> subprocess.Popen[bytes]:
        account = server_account(self._cluster)
        found = find_binaries(major=cluster_major(self._cluster))
        binaries = within_reach(found, account=account, directory=self._directory)
        clear_leftover(self._cluster)
        if cluster_major(self._cluster) is None:
            create_cluster(self._cluster, binaries=binaries, account=account, durable=self._durable)
        fresh_log(self.log)
        return self._serve(binaries, account)

    def _serve(self, binaries: Binaries, account: ServerAccount) -> subprocess.Popen[bytes]:
        attempts_left = _ATTEMPTS
        while True:
            attempts_left -= 1
            try:
                return self._attempt(binaries, account)
            except (AddressTakenError, PredecessorLingersError) as error:
                if not attempts_left:
                    raise
                self._port = self._fixed_port if isinstance(error, AddressTakenError) else self._port
            time.sleep(_PAUSE_SECONDS)

    def _attempt(self, binaries: Binaries, account: ServerAccount) -> subprocess.Popen[bytes]:
        self._port = self._port or free_port()
        settings = server_settings(durable=self._durable, port=self._port, extra=self._settings)
        return start_server(binaries, self._cluster, settings, account=account, log=self.log)

    def _end(self, first: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        end_server(process.pid, gone=lambda: process.poll() is not None, first=first)
        self._release()

    def _release(self) -> None:
        self._process = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the server is not started")
        return self._process
