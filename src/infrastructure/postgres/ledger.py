from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert

from application.errors import Conflict
from application.ports.ledger import Ledger, LedgerCheck
from domain.identifiers import ConversationId, TopicId, UserId
from domain.ledger import LedgerEntry, LedgerReason
from infrastructure.postgres.ledger_check import check_ledger
from infrastructure.postgres.tables import score_ledger
from infrastructure.postgres.transaction import Transaction

# A statement takes 65535 parameters.
ROWS_AT_ONCE = 1000
MOST_NAMES = 3


class PostgresLedger(Ledger):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def append(self, entry: LedgerEntry) -> None:
        await self.extend([entry])

    async def extend(self, entries: Sequence[LedgerEntry]) -> None:
        for first in range(0, len(entries), ROWS_AT_ONCE):
            await self._insert(entries[first : first + ROWS_AT_ONCE])

    async def _insert(self, entries: Sequence[LedgerEntry]) -> None:
        rows = [entry_columns(entry) for entry in entries]
        statement = insert(score_ledger).values(rows).on_conflict_do_nothing().returning(score_ledger.c.entry_id)
        if len((await self._transaction.execute(statement)).all()) != len(entries):
            told = ", ".join(sorted({entry.conversation_id for entry in entries})[:MOST_NAMES])
            raise Conflict(f"this revision of {told} is in the ledger")

    async def history(self, user_id: UserId) -> Sequence[LedgerEntry]:
        of_user = score_ledger.c.user_id == user_id
        rows = await self._transaction.execute(select(score_ledger).where(of_user).order_by(score_ledger.c.entry_id))
        return [_entry_of(row) for row in rows]

    async def of_user(self, user_id: UserId, *, limit: int, offset: int) -> tuple[Sequence[LedgerEntry], int]:
        of_user = score_ledger.c.user_id == user_id
        rows = await self._transaction.execute(
            select(score_ledger).where(of_user).order_by(score_ledger.c.entry_id.desc()).limit(limit).offset(offset)
        )
        total = await self._transaction.execute(select(func.count()).select_from(score_ledger).where(of_user))
        return [_entry_of(row) for row in rows], int(total.scalar_one())

    async def check(self, *, after: UserId | None, users: int) -> LedgerCheck:
        return await check_ledger(self._transaction, after=after, users=users)


def entry_columns(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "user_id": entry.user_id,
        "conversation_id": entry.conversation_id,
        "revision": entry.revision,
        "change": entry.change,
        "topic_id": entry.topic_id,
        "turns": entry.turns,
        "rules_version": entry.rules_version,
        "reason": entry.reason.value,
        "created_at": entry.created_at,
    }


def _entry_of(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(
        user_id=UserId(row.user_id),
        conversation_id=ConversationId(row.conversation_id),
        revision=row.revision,
        change=row.change,
        topic_id=TopicId(row.topic_id) if row.topic_id is not None else None,
        turns=row.turns,
        rules_version=row.rules_version,
        reason=LedgerReason(row.reason),
        created_at=row.created_at,
    )
