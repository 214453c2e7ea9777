from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.event import ConversationEvent
from domain.friendship import Friendship
from domain.identifiers import ConversationId, UserId
from domain.legacy.findings import Outcome, Tally


class ImportPart(StrEnum):
    """In the order in which they are imported."""

    CATALOGUE = "catalogue"
    FRIENDSHIPS = "friendships"
    EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far the import of one part is."""

    part: ImportPart
    position: str | None = None
    """Everything up to this key is done. None: nothing is."""
    finished: bool = False
    tally: Tally = field(default_factory=Tally)


class Imports(Protocol):
    """What comes from another implementation, inside one unit of work, in which nothing is imported twice."""

    async def progress(self, source: str, part: ImportPart) -> ImportProgress:
        """Of the import from this source; at its beginning when there was none."""
        ...

    async def mark(self, source: str, progress: ImportProgress) -> None: ...

    async def add_balances(self, friendships: Sequence[Friendship], *, at: datetime) -> Mapping[UserId, Outcome]:
        """Adds each to what we know of the user, with ledger entries that say so. No user may be there twice."""
        ...

    async def add_events(self, events: Sequence[tuple[ConversationEvent, bytes]]) -> Mapping[ConversationId, Outcome]:
        """Stores events as they are, each with its log in the database; the store gives them their ids.

        One whose id is taken, or whose content is stored already, is left as it is. What waits is announced soon.
        """
        ...
