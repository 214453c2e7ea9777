import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.errors import DependencyUnavailable
from application.log_removal import AT_ONCE, LogRemoval
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.erasure import ErasureReceipt
from domain.identifiers import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseUser:
    """Forgets a child: friendship, topics, ledger, events, attempts and logs.

    First nothing old is let in any more, then everything is removed: in this order and in two transactions, or an
    event could slip in between (docs/decisions/0015). Safe to repeat, also after it broke off anywhere: what is
    gone is not counted twice, and what came since goes too. Raises DependencyUnavailable; then ask again.
    """

    unit_of_work: UnitOfWorkFactory
    removal: LogRemoval
    clock: Clock
    patience: timedelta
    """How long to wait for the store of logs; it is asked again later for what it does not give up by then."""
    logs_again_after: timedelta

    async def __call__(self, user_id: UserId, *, as_of: datetime | None = None) -> ErasureReceipt:
        """``as_of``: of an erasure that the database has forgotten, so that what ended since is still taken."""
        now = self.clock.now()
        async with self.unit_of_work() as work:
            erased_at = await work.erasures.shut_out(user_id, at=min(as_of or now, now))
            await work.commit()
        async with self.unit_of_work() as work:
            removed = await work.erasures.remove(user_id, logs_due_at=now + self.logs_again_after)
            await work.commit()
        pending = await self._remove_logs(removed.outside)
        return ErasureReceipt(user_id=user_id, erased_at=erased_at, numbers=removed.numbers, logs_pending=pending)

    async def _remove_logs(self, locations: Sequence[str]) -> int:
        """The number that is left to the next time."""
        pending = len(locations)
        with suppress(TimeoutError, DependencyUnavailable):
            async with asyncio.timeout(self.patience.total_seconds()):
                for first in range(0, len(locations), AT_ONCE):
                    pending -= await self.removal(locations[first : first + AT_ONCE])
        return pending
