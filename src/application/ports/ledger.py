from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.identifiers import UserId
from domain.ledger import LedgerEntry
from domain.ledger_check import LedgerDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCheck:
    """What came out for some users in a row."""

    differences: Sequence[LedgerDifference]
    users: int
    entries: int
    up_to: UserId | None
    """The last of these users; None: there are no more."""


class Ledger(Protocol):
    """The append-only list of score changes, inside one unit of work."""

    async def append(self, entry: LedgerEntry) -> None:
        """Raises Conflict when this revision of the conversation is there already."""
        ...

    async def extend(self, entries: Sequence[LedgerEntry]) -> None:
        """All of these, in this order. Raises Conflict when one of these revisions is there already."""
        ...

    async def history(self, user_id: UserId) -> Sequence[LedgerEntry]:
        """All of the user, oldest first: in the order in which they were appended while the friendship was held."""
        ...

    async def of_user(self, user_id: UserId, *, limit: int, offset: int) -> tuple[Sequence[LedgerEntry], int]:
        """Newest first, and the number of all."""
        ...

    async def check(self, *, after: UserId | None, users: int) -> LedgerCheck:
        """Compares about this many users, by id and beyond ``after``, with their ledger; all as of one moment."""
        ...
