from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from application.ports.clock import Clock
from application.ports.conversation_events import Backlog
from application.ports.health import DatabaseProbe, PoolUse
from domain.event_status import OPEN, EventStatus
from infrastructure.in_memory.conversation_events import InMemoryConversationEvents
from infrastructure.in_memory.database import InMemoryDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryProbe(DatabaseProbe):
    database: InMemoryDatabase
    clock: Clock

    async def backlog(self) -> Backlog:
        self.database.must_answer()
        return await InMemoryConversationEvents(self.database, self.database.tables).backlog(self.clock.now())

    async def open_events(self) -> Mapping[EventStatus, int]:
        self.database.must_answer()
        counted = Counter(event.status for event in self.database.tables.events.values())
        return {status: counted[status] for status in OPEN}

    def pool(self) -> PoolUse:
        return PoolUse(size=0, checked_out=0, overflow=0)
