"""Where the logs of events lie: which are in the database, which are known elsewhere, and moving them."""

from collections.abc import Collection, Sequence

from sqlalchemy import text

from application.ports.conversation_events import InlineLog
from domain.identifiers import EventId
from infrastructure.postgres.transaction import Transaction

# The logs themselves lead: once all are moved that table is empty, and looking costs nothing.
INLINE_LOGS = text("""
    SELECT event_id, log_location FROM conversation_logs JOIN conversation_events USING (event_id)
    WHERE status <> 'PROCESSING' ORDER BY event_id LIMIT :limit
""")

# A claim and this update want the same row, so that one of them comes first and the other sees what it did.
RELOCATE = text("""
    WITH moved AS (
        UPDATE conversation_events SET log_location = :now_at
        WHERE event_id = :event_id AND log_location = :was AND status <> 'PROCESSING'
        RETURNING event_id
    ), dropped AS (
        DELETE FROM conversation_logs WHERE event_id IN (SELECT event_id FROM moved)
    )
    SELECT event_id FROM moved
""")

# The second condition is that of the index, which is used only for queries that repeat it.
KNOWN_LOCATIONS = text("""
    SELECT log_location FROM conversation_events
    WHERE log_location = ANY(CAST(:locations AS text[])) AND log_location <> 'postgres:'
""")


async def inline_logs(transaction: Transaction, *, limit: int) -> Sequence[InlineLog]:
    rows = await transaction.execute(INLINE_LOGS, {"limit": limit})
    return [InlineLog(event_id=EventId(row.event_id), location=row.log_location) for row in rows]


async def relocate(transaction: Transaction, event_id: EventId, *, was: str, now_at: str) -> bool:
    moved = await transaction.execute(RELOCATE, {"event_id": event_id, "was": was, "now_at": now_at})
    return moved.one_or_none() is not None


async def known_locations(transaction: Transaction, locations: Collection[str]) -> set[str]:
    found = await transaction.execute(KNOWN_LOCATIONS, {"locations": list(locations)})
    return {str(location) for location in found.scalars()}
