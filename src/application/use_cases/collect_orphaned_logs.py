from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs
from application.ports.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOrphanedLogs:
    """Deletes logs that no event refers to: of requests that broke off, duplicate posts, moves that came second.

    Safe to repeat and to run in any number: deleting what is gone is no fault.
    """

    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs
    clock: Clock
    min_age: timedelta
    """A log is stored before its event, so that a young one may have an event that is being written right now. This
    must be longer than any request, any move, and any difference between two clocks can be."""
    batch_size: int

    async def __call__(self) -> int:
        """The number deleted. Raises DependencyUnavailable."""
        collected = 0
        async for locations in self._batches():
            collected += await self._collect(locations)
        return collected

    async def _batches(self) -> AsyncIterator[Sequence[str]]:
        batch: list[str] = []
        async for location in self.logs.listed(older_than=self.clock.now() - self.min_age):
            batch.append(location)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        yield batch

    async def _collect(self, locations: Sequence[str]) -> int:
        async with self.unit_of_work() as work:
            known = await work.events.known_locations(locations)
        orphans = [location for location in locations if location not in known]
        for location in orphans:
            await self.logs.delete(location)
        return len(orphans)
