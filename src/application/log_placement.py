from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.errors import DependencyUnavailable, LogUnavailable
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId


@dataclass(slots=True, kw_only=True)
class LogPlacement(ConversationLogs):
    """Keeps a log in the store it belongs in, or in another one while that is away; finds it in either.

    After a failure nobody asks the preferred store for ``pause``, so that not every request waits for its deadline.
    """

    stores: Mapping[str, ConversationLogs]
    """By the kind of store with which their locations begin."""
    preferred: str
    fallback: str
    clock: Clock
    pause: timedelta
    _away_since: datetime | None = None

    async def keep(self, content: bytes) -> KeptLog:
        if not self._may_ask():
            return await self.stores[self.fallback].keep(content)
        try:
            kept = await self.stores[self.preferred].keep(content)
        except DependencyUnavailable:
            self._away_since = self.clock.now()
            return await self.stores[self.fallback].keep(content)
        self._away_since = None
        return kept

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        return await self._store_of(location).fetch(event_id, location)

    async def delete(self, location: str) -> None:
        await self._store_of(location).delete(location)

    async def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        for store in self.stores.values():
            async for location in store.listed(older_than=older_than):
                yield location

    def _may_ask(self) -> bool:
        since, now = self._away_since, self.clock.now()
        if since is None:
            return True
        if since <= now < since + self.pause:
            return False
        # This caller finds out whether the store is back; the others do not wait for that.
        self._away_since = now
        return True

    def _store_of(self, location: str) -> ConversationLogs:
        kind = location.partition(":")[0]
        if kind not in self.stores:
            raise LogUnavailable(f"no store is configured for logs at {kind}:")
        return self.stores[kind]
