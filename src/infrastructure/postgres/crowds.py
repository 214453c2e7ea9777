"""How many events wait for which minute."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from infrastructure.postgres.transaction import Transaction

# One short walk through the index for each minute asked for, however many events wait.
WAITING = text("""
    SELECT (SELECT count(*) FROM conversation_events
            WHERE announce_at >= minute AND announce_at < minute + interval '1 minute')
    FROM unnest(CAST(:minutes AS timestamptz[])) WITH ORDINALITY AS asked (minute, position)
    ORDER BY position
""")


async def waiting_in(transaction: Transaction, minutes: Sequence[datetime]) -> Sequence[int]:
    counted = await transaction.execute(WAITING, {"minutes": list(minutes)})
    return [int(number) for number in counted.scalars()]
