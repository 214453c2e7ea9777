from enum import StrEnum
from typing import Protocol


class ShedReason(StrEnum):
    """Why a request was turned away."""

    LIMIT = "limit"
    """As many as can be answered in good time are being worked on."""
    POOL = "pool"
    """It would have to wait for a database connection."""
    TURN = "turn"
    """Too many scores wait to be calculated."""
    LARGE_BODY = "large_body"
    """Too many large bodies are in memory."""


class RequestMeter(Protocol):
    """Counts requests. Never fails, and costs next to nothing. Every text it is given is one of a few."""

    def began(self) -> None: ...

    def ended(self) -> None: ...

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """``route`` with the names of its parameters."""
        ...

    def shed(self, reason: str) -> None: ...

    def rate_limited(self) -> None: ...


class Unmetered(RequestMeter):
    """Nobody wants to know."""

    def began(self) -> None:
        pass

    def ended(self) -> None:
        pass

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        pass

    def shed(self, reason: str) -> None:
        pass

    def rate_limited(self) -> None:
        pass
