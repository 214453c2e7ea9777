from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from application.ports.clock import Clock
from application.ports.conversation_events import Backlog
from application.ports.health import DatabaseProbe, PoolUse
from domain.event_status import OPEN, EventStatus
from infrastructure.postgres.conversation_events import PostgresConversationEvents
from infrastructure.postgres.transaction import Transaction

# By two partial indexes, which are as long as what they count: whatever waits has a time to be announced.
OPEN_EVENTS = text("""
    SELECT status, count(*) AS number FROM conversation_events WHERE announce_at IS NOT NULL GROUP BY status
    UNION ALL
    SELECT 'PERMANENTLY_FAILED', count(*) FROM conversation_events WHERE status = 'PERMANENTLY_FAILED'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresProbe(DatabaseProbe):
    engine: AsyncEngine
    clock: Clock
    limit: timedelta

    async def backlog(self) -> Backlog:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return await PostgresConversationEvents(transaction).backlog(self.clock.now())

    async def open_events(self) -> Mapping[EventStatus, int]:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            counted = {row.status: row.number for row in await transaction.execute(OPEN_EVENTS)}
        return {status: counted.get(status.value, 0) for status in OPEN}

    def pool(self) -> PoolUse:
        pool = self.engine.sync_engine.pool
        if not isinstance(pool, QueuePool):
            return PoolUse(size=0, checked_out=0, overflow=0)
        # SQLAlchemy counts the overflow from minus the pool's size.
        return PoolUse(size=pool.size(), checked_out=pool.checkedout(), overflow=max(0, pool.overflow()))
