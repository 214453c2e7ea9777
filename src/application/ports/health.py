from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from application.ports.conversation_events import Backlog
from domain.event_status import EventStatus


class QueueState(StrEnum):
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    EMBEDDED = "embedded"


class CacheState(StrEnum):
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolUse:
    """Numbers of database connections."""

    size: int
    checked_out: int
    overflow: int

    @property
    def usage(self) -> float:
        """Share of the pool in use; above 1 while it overflows."""
        return self.checked_out / self.size if self.size else 0.0


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class DatabaseProbe(Protocol):
    async def backlog(self) -> Backlog:
        """Asks the database itself. Raises DependencyUnavailable."""
        ...

    async def open_events(self) -> Mapping[EventStatus, int]:
        """Numbers of events that somebody or something still has to see to, zero included: of all statuses but
        PROCESSED and SKIPPED, which grow for ever. Asks the database itself. Raises DependencyUnavailable.
        """
        ...

    def pool(self) -> PoolUse: ...


class QueueProbe(Protocol):
    async def state(self) -> QueueState:
        """Asks the broker itself; never raises."""
        ...


class CacheProbe(Protocol):
    async def state(self) -> CacheState:
        """Of what replicas share beside the database; asks it itself, never raises."""
        ...


class BreakerStates(Protocol):
    def now(self) -> Mapping[str, BreakerState]:
        """By the name of the dependency. One that is not configured is not listed. Asks nobody."""
        ...
