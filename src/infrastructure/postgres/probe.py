from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from application.ports.clock import Clock
from application.ports.conversation_events import Backlog
from application.ports.health import DatabaseProbe, PoolUse
from infrastructure.postgres.conversation_events import PostgresConversationEvents
from infrastructure.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresProbe(DatabaseProbe):
    engine: AsyncEngine
    clock: Clock
    limit: timedelta

    async def backlog(self) -> Backlog:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return await PostgresConversationEvents(transaction).backlog(self.clock.now())

    def pool(self) -> PoolUse:
        pool = self.engine.sync_engine.pool
        if not isinstance(pool, QueuePool):
            return PoolUse(size=0, checked_out=0, overflow=0)
        # SQLAlchemy counts the overflow from minus the pool's size.
        return PoolUse(size=pool.size(), checked_out=pool.checkedout(), overflow=max(0, pool.overflow()))
