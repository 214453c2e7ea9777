import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from application.errors import DependencyUnavailable, LogUnavailable
from application.ports.conversation_logs import ConversationLogs
from application.ports.unit_of_work import UnitOfWorkFactory

# At once: enough that a thousand logs are gone within seconds, few enough for any store.
AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRemoval:
    """Deletes queued logs from the store outside the database, then takes them off the queue.

    In this order: whatever breaks off in between, a log that is still there is still in the queue.
    """

    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs

    async def __call__(self, locations: Sequence[str]) -> int:
        """The number that is gone; the others stay in the queue. Raises DependencyUnavailable for the database."""
        gone = await asyncio.gather(*(self._deleted(location) for location in locations))
        finished = [location for location, is_gone in zip(locations, gone, strict=True) if is_gone]
        if finished:
            async with self.unit_of_work() as work:
                await work.erasures.finish_log_deletions(finished)
                await work.commit()
        return len(finished)

    async def _deleted(self, location: str) -> bool:
        try:
            await self.logs.delete(location)
        except (DependencyUnavailable, LogUnavailable):
            return False
        return True
