from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId
from infrastructure.telemetry.stages import stage


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedLogs(ConversationLogs):
    """Notes how long an attempt waits for its log."""

    logs: ConversationLogs

    async def keep(self, content: bytes) -> KeptLog:
        return await self.logs.keep(content)

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        with stage("load"):
            return await self.logs.fetch(event_id, location)

    async def delete(self, location: str) -> None:
        await self.logs.delete(location)

    def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        return self.logs.listed(older_than=older_than)
