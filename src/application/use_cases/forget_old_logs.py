from dataclasses import dataclass
from datetime import timedelta

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOldLogs:
    """Takes away what children said, once their conversation is scored and old; the score and its history stay.

    Safe to repeat and to run in any number. A log outside the database is queued in the same transaction, and
    deleted like those of an erased user.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    retention: timedelta
    """Counted from when the conversation was accepted."""
    batch_size: int

    async def __call__(self) -> int:
        """The number forgotten, at most ``batch_size``. Raises DependencyUnavailable."""
        now = self.clock.now()
        async with self.unit_of_work() as work:
            forgotten = await work.erasures.forget_logs(
                accepted_before=now - self.retention, logs_due_at=now, limit=self.batch_size
            )
            await work.commit()
        return forgotten
