from dataclasses import dataclass
from datetime import timedelta

from application.log_removal import AT_ONCE, LogRemoval
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteErasedLogs:
    """Finishes what an erasure left in the store of logs, because it broke off or the store was away.

    Safe to repeat and to run in any number: a log is taken by one, and deleting it twice does no harm.
    """

    unit_of_work: UnitOfWorkFactory
    removal: LogRemoval
    clock: Clock
    again_after: timedelta
    """When a log that could not be deleted is tried once more."""
    batch_size: int = AT_ONCE

    async def __call__(self) -> int:
        """The number taken, at most ``batch_size``. Raises DependencyUnavailable."""
        now = self.clock.now()
        async with self.unit_of_work() as work:
            taken = await work.erasures.take_log_deletions(
                now=now, again_at=now + self.again_after, limit=self.batch_size
            )
            await work.commit()
        await self.removal(taken)
        return len(taken)
