from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.erasure import ErasedNumbers
from domain.identifiers import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    numbers: ErasedNumbers
    outside: Sequence[str]
    """Locations of the logs that lie outside the database; they are queued for deletion."""


class Erasures(Protocol):
    """Forgetting children, inside one unit of work. Of an erased user only a hash and a time are kept."""

    async def shut_out(self, user_id: UserId, *, at: datetime) -> datetime:
        """No conversation that ended until this moment is taken from now on; the latest such moment wins.

        Once it is committed, whatever was taken in spite of it is visible to everybody. Of a unit of work that
        does this, it must be all: intake waits meanwhile.
        """
        ...

    async def remove(self, user_id: UserId, *, logs_due_at: datetime) -> Removed:
        """Everything about the user but the mark of ``shut_out``; waits for who is changing the friendship.

        Logs outside the database are queued, to be taken by others not before ``logs_due_at``.
        """
        ...

    async def forget_logs(self, *, accepted_before: datetime, logs_due_at: datetime, limit: int) -> int:
        """Takes the logs of PROCESSED and SKIPPED events, oldest first, at most ``limit``; says how many.

        The events stay, at LOG_FORGOTTEN. Logs outside the database are queued, as by ``remove``. Any number of
        callers share them out.
        """
        ...

    async def take_log_deletions(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[str]:
        """Queued locations that are due; each is next due ``again_at``. Any number of callers share them out."""
        ...

    async def finish_log_deletions(self, locations: Sequence[str]) -> None:
        """Takes them off the queue."""
        ...
