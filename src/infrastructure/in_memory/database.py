"""What PostgreSQL holds, held in this process; shared by all in-memory adapters of one service."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.errors import DependencyUnavailable
from application.ports.imports import ImportProgress
from domain.catalogue import Catalogue
from domain.event import Attempt, ConversationEvent
from domain.friendship import Friendship
from domain.identifiers import EventId, UserId
from domain.ledger import LedgerEntry
from domain.suggestion.offer import Offer

GRACE = timedelta(milliseconds=2500)
INLINE = "memory:"
"""Where a log is said to lie that is in these tables."""


@dataclass(slots=True, kw_only=True)
class Tables:
    events: dict[EventId, ConversationEvent] = field(default_factory=dict)
    announce_at: dict[EventId, datetime] = field(default_factory=dict)
    attempts: dict[EventId, tuple[Attempt, ...]] = field(default_factory=dict)
    logs: dict[EventId, bytes] = field(default_factory=dict)
    friendships: dict[UserId, Friendship] = field(default_factory=dict)
    ledger: list[LedgerEntry] = field(default_factory=list)
    erased_users: dict[bytes, datetime] = field(default_factory=dict)
    log_deletions: dict[str, datetime] = field(default_factory=dict)
    imports: dict[tuple[str, str], ImportProgress] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)

    def copy(self) -> "Tables":
        return Tables(
            events=dict(self.events),
            announce_at=dict(self.announce_at),
            attempts=dict(self.attempts),
            logs=dict(self.logs),
            friendships=dict(self.friendships),
            ledger=list(self.ledger),
            erased_users=dict(self.erased_users),
            log_deletions=dict(self.log_deletions),
            imports=dict(self.imports),
            offers=list(self.offers),
        )


@dataclass(slots=True, kw_only=True)
class InMemoryDatabase:
    """Committed tables, and whether anybody can reach them."""

    tables: Tables = field(default_factory=Tables)
    catalogues: list[Catalogue] = field(default_factory=list)
    catalogue_listeners: set[asyncio.Event] = field(default_factory=set)
    loses_news: bool = False
    reachable: bool = True
    next_event_id: int = 1
    round_trips: int = 0

    def must_answer(self) -> None:
        if not self.reachable:
            raise DependencyUnavailable("the in-memory database was told to be away")
