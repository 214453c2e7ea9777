from dataclasses import dataclass
from datetime import datetime

from domain.identifiers import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedNumbers:
    """How much of everything was removed."""

    events: int = 0
    attempts: int = 0
    ledger_entries: int = 0
    topics: int = 0
    logs: int = 0
    suggestions: int = 0
    friendship: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReceipt:
    user_id: UserId
    erased_at: datetime
    """What the child said until then is gone, and is not taken any more."""
    numbers: ErasedNumbers
    logs_pending: int
    """Logs outside the database that their store has not given up yet; they are asked for again until it does."""
