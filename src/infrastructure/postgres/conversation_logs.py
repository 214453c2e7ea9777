from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from application.errors import LogUnavailable
from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId
from infrastructure.postgres.tables import conversation_logs
from infrastructure.postgres.transaction import Transaction

LOCATION = "postgres:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresConversationLogs(ConversationLogs):
    """Keeps a log beside its event: the bytes go into the database in the same transaction as the row."""

    engine: AsyncEngine
    limit: timedelta

    async def keep(self, content: bytes) -> KeptLog:
        return KeptLog(location=LOCATION, inline=content)

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        of_event = conversation_logs.c.event_id == event_id
        async with Transaction(self.engine, limit=self.limit) as transaction:
            found = await transaction.execute(select(conversation_logs.c.content).where(of_event))
            content = found.scalar_one_or_none()
        if content is None:
            raise LogUnavailable(f"no log of event {event_id} at {location}")
        return bytes(content)

    async def delete(self, location: str) -> None:
        """The row goes with that of its event."""

    async def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        none: tuple[str, ...] = ()
        for location in none:
            yield location
