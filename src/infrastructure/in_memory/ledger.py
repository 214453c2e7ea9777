from collections.abc import Sequence

from application.errors import Conflict
from application.ports.ledger import Ledger, LedgerCheck
from domain.identifiers import UserId
from domain.ledger import LedgerEntry
from domain.ledger_check import differences
from infrastructure.in_memory.database import Tables


class InMemoryLedger(Ledger):
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def append(self, entry: LedgerEntry) -> None:
        key = (entry.user_id, entry.conversation_id, entry.revision)
        if any((other.user_id, other.conversation_id, other.revision) == key for other in self._tables.ledger):
            raise Conflict(f"revision {entry.revision} of {entry.conversation_id} is in the ledger")
        self._tables.ledger.append(entry)

    async def extend(self, entries: Sequence[LedgerEntry]) -> None:
        for entry in entries:
            await self.append(entry)

    async def history(self, user_id: UserId) -> Sequence[LedgerEntry]:
        return [entry for entry in self._tables.ledger if entry.user_id == user_id]

    async def of_user(self, user_id: UserId, *, limit: int, offset: int) -> tuple[Sequence[LedgerEntry], int]:
        entries = [entry for entry in reversed(self._tables.ledger) if entry.user_id == user_id]
        return entries[offset : offset + limit], len(entries)

    async def check(self, *, after: UserId | None, users: int) -> LedgerCheck:
        known = self._tables.friendships.keys() | {entry.user_id for entry in self._tables.ledger}
        beyond = sorted(user for user in known if after is None or user > after)
        stretch = beyond[:users]
        entries = {user: [entry for entry in self._tables.ledger if entry.user_id == user] for user in stretch}
        found = [
            difference
            for user in stretch
            for difference in differences(user, self._tables.friendships.get(user), entries[user])
        ]
        return LedgerCheck(
            differences=found,
            users=len(stretch),
            entries=sum(map(len, entries.values())),
            up_to=stretch[-1] if len(beyond) > users else None,
        )
