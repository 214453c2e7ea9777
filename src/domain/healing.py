"""Looking again for the parts of a score that could not be analysed when it was made."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Healing:
    """How far it is. ``tries`` only grows, and numbers the claims: only the holder of the latest may write."""

    due_at: datetime | None = None
    """None: nothing is missing, or every try was used up."""
    tries: int = 0
    leased_until: datetime | None = None

    def is_free(self, now: datetime) -> bool:
        """Nobody is at it, or whoever was has not been heard of for too long."""
        return self.leased_until is None or self.leased_until <= now

    def is_due(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now and self.is_free(now)
