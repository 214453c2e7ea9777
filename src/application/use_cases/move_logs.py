from contextlib import suppress
from dataclasses import dataclass

from application.errors import LogStoreUnavailable, LogUnavailable
from application.ports.conversation_events import InlineLog
from application.ports.conversation_logs import ConversationLogs
from application.ports.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLogs:
    """Brings logs that lie in the database to the store they belong in, one after the other.

    Safe to repeat and to run in any number: the bytes are in the store before the event says so, and the event
    says so only if its log is still where it was. Whoever comes second takes back what it put; a crash in between
    leaves an object that no event refers to, for CollectOrphanedLogs.
    """

    unit_of_work: UnitOfWorkFactory
    database: ConversationLogs
    store: ConversationLogs
    batch_size: int

    async def __call__(self) -> int:
        """The number moved, at most ``batch_size``. Raises DependencyUnavailable when the store takes none."""
        async with self.unit_of_work() as work:
            waiting = await work.events.inline_logs(limit=self.batch_size)
        moved, refusal = 0, None
        for log in waiting:
            try:
                moved += await self._move(log)
            except LogStoreUnavailable as error:
                # It may be this one log, too large for the deadline: it must not keep back those behind it.
                refusal = str(error)
        if refusal is not None and not moved:
            raise LogStoreUnavailable(refusal)
        return moved

    async def _move(self, log: InlineLog) -> bool:
        try:
            content = await self.database.fetch(log.event_id, log.location)
        except LogUnavailable:
            return False  # moved by another, or erased, since we looked
        kept = await self.store.keep(content)
        if await self._relocate(log, kept.location):
            return True
        with suppress(LogStoreUnavailable):
            await self.store.delete(kept.location)
        return False

    async def _relocate(self, log: InlineLog, location: str) -> bool:
        async with self.unit_of_work() as work:
            relocated = await work.events.relocate(log.event_id, was=log.location, now_at=location)
            await work.commit()
        return relocated
