from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.identifiers import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLog:
    """Where a log is. ``inline`` bytes are not stored yet: they travel into the database with the event's row."""

    location: str
    inline: bytes | None = None


class ConversationLogs(Protocol):
    """Holds the encoded logs of conversations. A location begins with the kind of store it is in: ``s3:``."""

    async def keep(self, content: bytes) -> KeptLog:
        """Durable when it returns, unless the bytes come back ``inline``. Raises DependencyUnavailable.

        When it raises, or is cancelled, the bytes may have been stored all the same: nobody knows where.
        """
        ...

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        """Raises LogUnavailable when there is none, DependencyUnavailable when it cannot be told."""
        ...

    async def delete(self, location: str) -> None:
        """Gone when it returns, also if it was gone before; a log inside the database goes with its event instead.

        Raises DependencyUnavailable, and LogUnavailable when no such kind of store is known.
        """
        ...

    def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        """Locations of the logs that were kept before this moment, in any order; none of those in the database.

        Nothing but logs is listed, whatever else lies there. Raises DependencyUnavailable.
        """
        ...
