from dataclasses import dataclass

from application.errors import DependencyUnavailable, LogUnavailable
from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId
from infrastructure.in_memory.database import InMemoryDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryConversationLogs(ConversationLogs):
    database: InMemoryDatabase

    async def keep(self, content: bytes) -> KeptLog:
        return KeptLog(location="memory:", inline=content)

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        if not self.database.reachable:
            raise DependencyUnavailable("the in-memory database was told to be away")
        content = self.database.tables.logs.get(event_id)
        if content is None:
            raise LogUnavailable(f"no log of event {event_id} at {location}")
        return content
