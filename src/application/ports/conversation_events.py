from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.event import Attempt, ConversationEvent, NewEvent
from domain.event_status import EventStatus, FailureCode
from domain.identifiers import ConversationId, EventId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Enough to find an event; never its content."""

    event_id: EventId
    conversation_id: ConversationId
    user_id: UserId
    bot_id: str
    traceparent: str | None = None
    """W3C trace context that the work on the event continues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    due: int
    oldest_due_seconds: float
    permanently_failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineLog:
    """A log that lies in the database, beside its event."""

    event_id: EventId
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are meant; what is None or empty does not narrow them."""

    user_id: UserId | None = None
    statuses: frozenset[EventStatus] = frozenset()
    error_code: FailureCode | None = None
    since: datetime | None = None
    """Accepted at this moment or later."""
    until: datetime | None = None
    """Accepted before this moment."""


class ConversationEvents(Protocol):
    """The events of ended conversations, inside one unit of work."""

    async def add(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        """Stores event and log together, PENDING and due at once.

        None when its conversation id is taken, or the same content was stored for the id reported; waits for
        a concurrent post of either to be decided. Raises UserErased.
        """
        ...

    async def get(self, event_id: EventId) -> ConversationEvent | None: ...

    async def find(self, conversation_id: ConversationId) -> ConversationEvent | None: ...

    async def twin(self, reported_id: ConversationId, fingerprint: str) -> ConversationEvent | None:
        """The event that stores this content for this reported id, whatever id it was given."""
        ...

    async def page(self, wanted: EventFilter, *, limit: int, offset: int) -> tuple[Sequence[ConversationEvent], int]:
        """Newest first, and the number of all that match."""
        ...

    async def next_matching(
        self, wanted: EventFilter, *, after: EventId | None, limit: int
    ) -> Sequence[ConversationEvent]:
        """In the order of their ids, beyond ``after``."""
        ...

    async def claim(
        self, event_id: EventId, *, worker: str, now: datetime, lease: timedelta, early: bool = False
    ) -> ConversationEvent | None:
        """Takes the event if it is due, opens an attempt, and closes one whose lease ran out.

        ``early``: also if it waits for a later time. At most one of any number of concurrent claims succeeds. None:
        not due, held by another, or gone.
        """
        ...

    async def renew(self, claimed: ConversationEvent, *, expires_at: datetime) -> bool:
        """Extends the lease of this claim; False when the claim is no longer the latest."""
        ...

    async def save(self, event: ConversationEvent, *, ended_at: datetime) -> None:
        """Writes the outcome of the claim ``event.fence`` and closes its attempt. Raises LeaseLost."""
        ...

    async def replace(self, event: ConversationEvent, *, was: ConversationEvent, at: datetime) -> None:
        """Writes what a person decided, and closes the attempt of a worker that holds the event.

        Raises Conflict when the event is no longer as it ``was``.
        """
        ...

    async def rescore(self, events: Sequence[ConversationEvent]) -> None:
        """Writes what these processed events count now: signals, score and level. Their friendship must be ``held``.

        Raises Conflict when one of them is gone, or no longer processed.
        """
        ...

    async def any_emotion_heard(self, conversation_ids: Collection[ConversationId]) -> bool:
        """Whether the session emotion of at least one of these is known."""
        ...

    async def users(self, wanted: EventFilter, *, after: UserId | None, limit: int) -> Sequence[UserId]:
        """Who has such events; by id, beyond ``after``."""
        ...

    async def attempts(self, event_id: EventId) -> Sequence[Attempt]:
        """In the order in which they began."""
        ...

    async def take_unannounced(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[Announcement]:
        """Due events whose announcement is due too, oldest first; each is next due for one ``again_at``.

        Any number of callers at once share the events out: none gets one that another is taking.
        """
        ...

    async def reschedule_announcements(self, event_ids: Sequence[EventId], *, was: datetime, until: datetime) -> None:
        """Moves the next announcement of these events; nothing happens to one that somebody moved since."""
        ...

    async def recent_greeting_tags(self, user_id: UserId, *, limit: int) -> Sequence[str]:
        """Agent tags of the user's last greeting conversations, newest first."""
        ...

    async def waiting_in(self, minutes: Sequence[datetime]) -> Sequence[int]:
        """How many events are to be announced in each of the minutes that begin at these moments."""
        ...

    async def backlog(self, now: datetime) -> Backlog: ...

    async def inline_logs(self, *, limit: int) -> Sequence[InlineLog]:
        """Logs in the database, oldest first; none of an event that is being processed."""
        ...

    async def relocate(self, event_id: EventId, *, was: str, now_at: str) -> bool:
        """Writes where the log lies now, and drops its bytes from the database.

        False, and nothing happens, when the event is gone, its log is no longer where it ``was``, or it is being
        processed: its worker has read the old location and is about to go there.
        """
        ...

    async def known_locations(self, locations: Collection[str]) -> set[str]:
        """Those of these locations, outside the database, that an event refers to."""
        ...
