from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.event import Attempt, ConversationEvent, NewEvent
from domain.event_status import EventStatus
from domain.identifiers import ConversationId, EventId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Enough to find an event; never its content."""

    event_id: EventId
    conversation_id: ConversationId
    user_id: UserId
    bot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    due: int
    oldest_due_seconds: float
    permanently_failed: int


class ConversationEvents(Protocol):
    """The events of ended conversations, inside one unit of work."""

    async def add(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        """Stores event and log together, PENDING and due at once.

        None when its conversation id is taken, or the same content was stored for the id reported; waits for
        a concurrent post of either to be decided.
        """
        ...

    async def get(self, event_id: EventId) -> ConversationEvent | None: ...

    async def find(self, conversation_id: ConversationId) -> ConversationEvent | None: ...

    async def twin(self, reported_id: ConversationId, fingerprint: str) -> ConversationEvent | None:
        """The event that stores this content for this reported id, whatever id it was given."""
        ...

    async def page(
        self, *, user_id: UserId | None, status: EventStatus | None, limit: int, offset: int
    ) -> tuple[Sequence[ConversationEvent], int]:
        """Newest first, and the number of all that match."""
        ...

    async def claim(
        self, event_id: EventId, *, worker: str, now: datetime, lease: timedelta
    ) -> ConversationEvent | None:
        """Takes the event if it is due, opens an attempt, and closes one whose lease ran out.

        At most one of any number of concurrent claims succeeds. None: not due, held by another, or gone.
        """
        ...

    async def renew(self, claimed: ConversationEvent, *, expires_at: datetime) -> bool:
        """Extends the lease of this claim; False when the claim is no longer the latest."""
        ...

    async def save(self, event: ConversationEvent, *, ended_at: datetime) -> None:
        """Writes the outcome of the claim ``event.fence`` and closes its attempt. Raises LeaseLost."""
        ...

    async def replace(self, event: ConversationEvent, *, was: ConversationEvent) -> None:
        """Writes what a person decided. Raises Conflict when the event is no longer as it ``was``."""
        ...

    async def attempts(self, event_id: EventId) -> Sequence[Attempt]:
        """In the order in which they began."""
        ...

    async def take_unannounced(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[Announcement]:
        """Due events whose announcement is due too, oldest first; each is next due for one ``again_at``.

        Any number of callers at once share the events out: none gets one that another is taking.
        """
        ...

    async def recent_greeting_tags(self, user_id: UserId, *, limit: int) -> Sequence[str]:
        """Agent tags of the user's last greeting conversations, newest first."""
        ...

    async def backlog(self, now: datetime) -> Backlog: ...
