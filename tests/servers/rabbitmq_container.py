from typing import Any, Self

from docker.errors import DockerException  # type: ignore[import-untyped]
from testcontainers.core.container import DockerContainer

from infrastructure.private_postgres.processes import wait_until
from tests.servers.breakable_rabbitmq import BreakableRabbitmq
from tests.servers.errors import ServerUnavailableError
from tests.servers.port_block import PortBlock
from tests.servers.rabbitmq_configuration import ENOUGH_MEMORY, NO_MEMORY
from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint

_IMAGE = "rabbitmq:3.13-management"
_AMQP_PORT = 5672
_MANAGEMENT_PORT = 15672
_START_SECONDS = 120.0


class RabbitmqContainer(BreakableRabbitmq):
    """A RabbitMQ in Docker. Not testcontainers' own class: that wants pika, and knows no management API."""

    def __init__(self) -> None:
        self._block = PortBlock.claim()  # fixed ports: Docker would choose others at every restart
        self._container = (
            DockerContainer(_IMAGE)
            .with_bind_ports(_AMQP_PORT, self._block.first)
            .with_bind_ports(_MANAGEMENT_PORT, self._block.first + 1)
        )

    @property
    def endpoint(self) -> RabbitmqEndpoint:
        host = self._container.get_container_host_ip()
        return RabbitmqEndpoint(
            url=f"amqp://guest:guest@{host}:{self._block.first}/",
            management_url=f"http://guest:guest@{host}:{self._block.first + 1}",
        )

    @property
    def url(self) -> str:
        return self.endpoint.url

    def new_vhost(self) -> str:
        return self.endpoint.new_vhost()

    def start(self) -> None:
        self._docker.start()
        self._await_ready()

    def stop(self) -> None:
        self._docker.stop()

    def kill(self) -> None:
        self._docker.kill()

    def pause(self) -> None:
        self._docker.pause()

    def resume(self) -> None:
        self._docker.unpause()

    def raise_memory_alarm(self) -> None:
        self.control(*NO_MEMORY)

    def clear_memory_alarm(self) -> None:
        self.control(*ENOUGH_MEMORY)

    def __enter__(self) -> Self:
        try:
            self._container.start()
        except (DockerException, TimeoutError) as error:
            raise ServerUnavailableError(f"Docker answers but does not start RabbitMQ: {error}.") from error
        self._await_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._container.stop()
        self._block.release()

    @property
    def _docker(self) -> Any:  # noqa: ANN401 - the docker package has no types
        return self._container.get_wrapped_container()

    def control(self, *command: str) -> None:
        """Runs rabbitmqctl."""
        answer = self._docker.exec_run(["rabbitmqctl", *command])
        if answer.exit_code:
            raise RuntimeError(f"rabbitmqctl {' '.join(command)}: {answer.output!r}")

    def _await_ready(self) -> None:
        if not wait_until(self.endpoint.is_ready, seconds=_START_SECONDS):
            raise ServerUnavailableError(f"RabbitMQ in Docker was not ready after {_START_SECONDS:.0f} s.")
