from dataclasses import dataclass

from application.errors import UserNotFound
from application.paging import Page, PageNumber
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.identifiers import UserId
from domain.ledger import LedgerEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLedger:
    """Newest first. Safe to repeat: reads only. Raises UserNotFound."""

    unit_of_work: UnitOfWorkFactory

    async def __call__(self, user_id: UserId, page: PageNumber) -> Page[LedgerEntry]:
        async with self.unit_of_work() as work:
            entries, total = await work.ledger.of_user(user_id, limit=page.size, offset=page.offset)
            if not total and await work.friendships.find(user_id) is None:
                raise UserNotFound(user_id)
        return Page(items=entries, total=total, number=page)
