from dataclasses import dataclass
from typing import Protocol

from domain.identifiers import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLog:
    """Where a log is. ``inline`` bytes are not stored yet: they travel into the database with the event's row."""

    location: str
    inline: bytes | None = None


class ConversationLogs(Protocol):
    """Holds the encoded logs of conversations."""

    async def keep(self, content: bytes) -> KeptLog:
        """Durable when it returns, unless the bytes come back ``inline``. Raises DependencyUnavailable."""
        ...

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        """Raises LogUnavailable when there is none, DependencyUnavailable when it cannot be told."""
        ...
