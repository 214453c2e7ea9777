from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId
from infrastructure.tracing.tracer import Attributes, Kind, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedLogs(ConversationLogs):
    """Tells of bytes that go to a store of logs, or come from it: how many, never which."""

    logs: ConversationLogs
    store: str
    """The kind of store, with which its locations begin."""
    tracer: Tracer

    async def keep(self, content: bytes) -> KeptLog:
        attributes: Attributes = {"log_store.kind": self.store, "log_store.bytes": len(content)}
        with self.tracer.inner("log store put", kind=Kind.CLIENT, attributes=attributes):
            return await self.logs.keep(content)

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        attributes: Attributes = {"log_store.kind": self.store}
        with self.tracer.inner("log store get", kind=Kind.CLIENT, attributes=attributes) as span:
            content = await self.logs.fetch(event_id, location)
            span.note({"log_store.bytes": len(content)})
            return content

    async def delete(self, location: str) -> None:
        attributes: Attributes = {"log_store.kind": self.store}
        with self.tracer.inner("log store delete", kind=Kind.CLIENT, attributes=attributes):
            await self.logs.delete(location)

    def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        return self.logs.listed(older_than=older_than)
