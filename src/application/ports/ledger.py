from collections.abc import Sequence
from typing import Protocol

from domain.identifiers import UserId
from domain.ledger import LedgerEntry


class Ledger(Protocol):
    """The append-only list of score changes, inside one unit of work."""

    async def append(self, entry: LedgerEntry) -> None:
        """Raises Conflict when this revision of the conversation is there already."""
        ...

    async def of_user(self, user_id: UserId, *, limit: int, offset: int) -> tuple[Sequence[LedgerEntry], int]:
        """Newest first, and the number of all."""
        ...
