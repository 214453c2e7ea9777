from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, literal_column, select, text

from application.ports.degraded_scores import DegradedScores
from domain.event import ConversationEvent
from domain.identifiers import EventId, UserId
from infrastructure.postgres.event_rows import event_of
from infrastructure.postgres.tables import conversation_events
from infrastructure.postgres.transaction import Transaction

# Written out as in the index, which serves only queries that repeat its condition.
DEGRADED = "status = 'PROCESSED' AND jsonb_array_length(signals -> 'degraded') > 0"

DUE = text("""
    SELECT * FROM conversation_events
    WHERE heal_at <= :now AND (heal_leased_until IS NULL OR heal_leased_until <= :now)
    ORDER BY heal_at LIMIT :limit
""").columns(*conversation_events.columns)

CLAIM = text(f"""
    UPDATE conversation_events SET heal_tries = heal_tries + 1, heal_leased_until = :until
    WHERE event_id = :event_id AND {DEGRADED}
      AND (heal_at <= :now OR CAST(:early AS boolean))
      AND (heal_leased_until IS NULL OR heal_leased_until <= :now)
    RETURNING *
""").columns(*conversation_events.columns)  # noqa: S608 - put together from the constant above

FINISH = text("""
    UPDATE conversation_events SET heal_at = :again_at, heal_leased_until = NULL
    WHERE event_id = :event_id AND heal_tries = :tries AND heal_leased_until IS NOT NULL
""")


class PostgresDegradedScores(DegradedScores):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def due(self, now: datetime, *, limit: int) -> Sequence[ConversationEvent]:
        rows = await self._transaction.execute(DUE, {"now": now, "limit": limit})
        return [event_of(row) for row in rows]

    async def all_of(self, user_id: UserId | None, *, after: EventId | None, limit: int) -> Sequence[ConversationEvent]:
        conditions: list[ColumnElement[bool]] = [
            literal_column(f"({DEGRADED})", Boolean),
            conversation_events.c.event_id > (after or 0),
        ]
        if user_id is not None:
            conditions.append(conversation_events.c.user_id == user_id)
        rows = await self._transaction.execute(
            select(conversation_events).where(*conditions).order_by(conversation_events.c.event_id).limit(limit)
        )
        return [event_of(row) for row in rows]

    async def claim(
        self, event_id: EventId, *, now: datetime, until: datetime, early: bool = False
    ) -> ConversationEvent | None:
        parameters = {"event_id": event_id, "now": now, "until": until, "early": early}
        row = (await self._transaction.execute(CLAIM, parameters)).one_or_none()
        return event_of(row) if row else None

    async def finish(self, claimed: ConversationEvent, *, again_at: datetime | None) -> bool:
        parameters = {"event_id": claimed.event_id, "tries": claimed.healing.tries, "again_at": again_at}
        return (await self._transaction.execute(FINISH, parameters)).rowcount == 1
