import shutil
import signal
import subprocess
from pathlib import Path
from typing import Self

from infrastructure.private_postgres.account import ServerAccount
from infrastructure.private_postgres.launch import spawn
from infrastructure.private_postgres.ports import LOOPBACK
from infrastructure.private_postgres.processes import wait_until
from tests.servers.errors import ServerUnavailableError
from tests.servers.port_block import PortBlock
from tests.servers.rabbitmq_configuration import (
    ENOUGH_MEMORY,
    EPMD_PORT,
    MANAGEMENT_PORT,
    NO_MEMORY,
    node_environment,
    write_configuration,
)
from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint

_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONTROL = _SERVER.with_name("rabbitmqctl")
"""As it came: the one on the path becomes another user first, who may not speak to a private node."""
_START_SECONDS = 90.0
_STOP_SECONDS = 20.0
_OURSELVES = ServerAccount(name="ourselves")


class PrivateRabbitmq:
    """A RabbitMQ node of our own; about 7 s to start. It never touches the machine's own RabbitMQ or epmd."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._block: PortBlock | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        return _SERVER.exists() and _epmd_program() is not None

    @property
    def endpoint(self) -> RabbitmqEndpoint:
        return RabbitmqEndpoint(
            url=f"amqp://guest:guest@{LOOPBACK}:{self._port}/",
            management_url=f"http://guest:guest@{LOOPBACK}:{self._port + MANAGEMENT_PORT}",
        )

    @property
    def url(self) -> str:
        return self.endpoint.url

    @property
    def process_ids(self) -> tuple[int, ...]:
        return tuple(process.pid for process in (self._epmd, self._node) if process is not None)

    def new_vhost(self) -> str:
        return self.endpoint.new_vhost()

    def environment(self) -> dict[str, str]:
        """What rabbitmqctl needs to speak to this node and to no other."""
        return node_environment(self._directory, self._port)

    def start(self) -> None:
        """Once more after a stop or a kill, it comes back at the same address with what was durable."""
        if self._node is not None:
            raise RuntimeError("the node is already started")
        self._block = self._block or PortBlock.claim()
        write_configuration(self._directory, self._port)
        self._epmd = self._spawn(str(_epmd_program()), "-port", str(self._port + EPMD_PORT), "-address", LOOPBACK)
        self._node = self._spawn(str(_SERVER))
        node = self._node
        wait_until(lambda: node.poll() is not None or self.endpoint.is_ready(), seconds=_START_SECONDS)
        if node.poll() is not None or not self.endpoint.is_ready():
            self.kill()
            raise ServerUnavailableError(f"The private RabbitMQ node did not start: {self._log_tail()}")

    def stop(self) -> None:
        """Harmless when not started."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As in a crash. Harmless when not started."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Connections stay open and nobody answers, until resume."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def raise_memory_alarm(self) -> None:
        self.control(*NO_MEMORY)

    def clear_memory_alarm(self) -> None:
        self.control(*ENOUGH_MEMORY)

    def close(self) -> None:
        """Stops the node and gives up its address."""
        self.kill()
        if self._block is not None:
            self._block.release()
            self._block = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _port(self) -> int:
        if self._block is None:
            raise RuntimeError("the node has no address before its first start")
        return self._block.first

    def _spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        return spawn(
            arguments,
            account=_OURSELVES,
            log=self._directory / "output.log",
            environment=node_environment(self._directory, self._port),
            farewell=signal.SIGKILL,
        )

    def control(self, *command: str) -> None:
        """Runs rabbitmqctl."""
        subprocess.run(
            [CONTROL, *command], env=self.environment(), check=True, timeout=_START_SECONDS, capture_output=True
        )

    def _end(self, number: signal.Signals) -> None:
        if self._node is not None:
            self._node.send_signal(number)
            self.resume()
            _await_end(self._node)
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(_STOP_SECONDS)
        self._node = self._epmd = None

    def _signal(self, number: signal.Signals) -> None:
        if self._node is None:
            raise RuntimeError("the node is not started")
        self._node.send_signal(number)

    def _log_tail(self) -> str:
        return (self._directory / "output.log").read_text(errors="replace")[-2000:].strip()


def _await_end(node: subprocess.Popen[bytes]) -> None:
    try:
        node.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        node.kill()
        node.wait(_STOP_SECONDS)


def _epmd_program() -> str | None:
    installed = sorted(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"))
    return shutil.which("epmd") or next((str(program) for program in installed), None)
