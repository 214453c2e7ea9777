from collections.abc import AsyncIterator
from dataclasses import dataclass

from application.ports.ledger import LedgerCheck
from application.ports.unit_of_work import UnitOfWorkFactory

USERS_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyLedger:
    """Folds the whole ledger and compares it with every friendship and every topic.

    Safe to repeat: reads only. It goes through the users in stretches, each in a transaction of its own and as of
    one moment, so that it neither holds back the database's clean-up nor stumbles over scores that come meanwhile.
    """

    unit_of_work: UnitOfWorkFactory
    users_at_a_time: int = USERS_AT_A_TIME

    async def __call__(self) -> AsyncIterator[LedgerCheck]:
        after = None
        while True:
            async with self.unit_of_work() as work:
                check = await work.ledger.check(after=after, users=self.users_at_a_time)
            yield check
            if check.up_to is None:
                return
            after = check.up_to
