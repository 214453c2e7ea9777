from typing import Protocol

from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint


class BreakableRabbitmq(Protocol):
    """A node of one's own that a fault test may break; it keeps its address over every stop and start."""

    @property
    def url(self) -> str: ...

    @property
    def endpoint(self) -> RabbitmqEndpoint: ...

    def new_vhost(self) -> str:
        """The URL of a fresh vhost."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None:
        """As in a crash."""

    def pause(self) -> None:
        """Connections stay open and nobody answers, until resume."""

    def resume(self) -> None: ...

    def raise_memory_alarm(self) -> None:
        """From now on publishing connections are blocked, until it is cleared."""

    def clear_memory_alarm(self) -> None: ...

    def control(self, *command: str) -> None:
        """Runs rabbitmqctl with these arguments, which must do it."""
