from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.event import ConversationEvent
from domain.identifiers import EventId, UserId


class DegradedScores(Protocol):
    """Processed events of which a part could not be analysed, inside one unit of work."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[ConversationEvent]:
        """Those whose next try is due and that nobody is at, the longest due first. Nothing is claimed by that."""
        ...

    async def all_of(self, user_id: UserId | None, *, after: EventId | None, limit: int) -> Sequence[ConversationEvent]:
        """Due or not, given up or not, in the order of their ids, beyond ``after``. None: of every user."""
        ...

    async def claim(
        self, event_id: EventId, *, now: datetime, until: datetime, early: bool = False
    ) -> ConversationEvent | None:
        """Takes a degraded event that is due and free, until then, as its next try.

        ``early``: also one that is not due. At most one of any number of concurrent claims succeeds. None: it is
        not degraded, not due, held by another, or gone.
        """
        ...

    async def finish(self, claimed: ConversationEvent, *, again_at: datetime | None) -> bool:
        """Ends the claim; the next try is due ``again_at``, None: never. False: the claim is no longer the latest."""
        ...
