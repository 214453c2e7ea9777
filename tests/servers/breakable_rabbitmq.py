from typing import Protocol


class BreakableRabbitmq(Protocol):
    """A node of one's own that a fault test may break; it keeps its address over every stop and start."""

    @property
    def url(self) -> str: ...

    def new_vhost(self) -> str:
        """The URL of a fresh vhost."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None:
        """As in a crash."""

    def pause(self) -> None:
        """Connections stay open and nobody answers, until resume."""

    def resume(self) -> None: ...
