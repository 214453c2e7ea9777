from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from application.errors import LogStoreUnavailable, LogUnavailable
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId

SCHEME = "shelf"


@dataclass(slots=True, kw_only=True)
class InMemoryLogShelf(ConversationLogs):
    """A store outside the database; away when told to be."""

    clock: Clock
    reachable: bool = True
    asked: int = 0
    contents: dict[str, bytes] = field(default_factory=dict)
    _kept_at: dict[str, datetime] = field(default_factory=dict)

    async def keep(self, content: bytes) -> KeptLog:
        self._must_answer()
        location = f"{SCHEME}:{len(self._kept_at) + 1}"
        self.contents[location] = content
        self._kept_at[location] = self.clock.now()
        return KeptLog(location=location)

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        self._must_answer()
        if location not in self.contents:
            raise LogUnavailable(f"no log of event {event_id} at {location}")
        return self.contents[location]

    async def delete(self, location: str) -> None:
        self._must_answer()
        self.contents.pop(location, None)

    async def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        self._must_answer()
        for location in tuple(self.contents):
            if self._kept_at[location] < older_than:
                yield location

    def _must_answer(self) -> None:
        self.asked += 1
        if not self.reachable:
            raise LogStoreUnavailable("the in-memory shelf was told to be away")
