from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from application.errors import LegacyTablesMissing
from application.legacy_catalogue import LegacyCatalogue
from application.legacy_reading import LegacyEventReader, ReadableEvent, read_statuses
from application.ports.catalogues import Catalogues
from application.ports.clock import Clock
from application.ports.imports import ImportPart, ImportProgress
from application.ports.legacy_source import LegacyRow, LegacySource, LegacyTable
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.catalogue import Catalogue
from domain.identifiers import ConversationId
from domain.legacy.findings import Outcome, Read, Tally, Unusable

USERS_AT_A_TIME = 500
EVENTS_AT_A_TIME = 50
TABLES = {ImportPart.FRIENDSHIPS: LegacyTable.STATUSES, ImportPart.EVENTS: LegacyTable.EVENTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLegacyCommand:
    zone: tzinfo = UTC
    """Of times that name none."""
    rehearsal: bool = False
    """Do everything, and keep nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLegacy:
    """Copies catalogue, friendships and events of the first implementation.

    Safe to repeat: a batch is one transaction that also marks how far the import is. One that was cut off goes on
    where it stopped and ends as if it had not been; one that ended begins anew, and finds that all is there.
    Raises LegacyTablesMissing, DependencyUnavailable.
    """

    source: LegacySource
    unit_of_work: UnitOfWorkFactory
    catalogues: Catalogues
    events: LegacyEventReader
    clock: Clock
    users_at_a_time: int = USERS_AT_A_TIME
    events_at_a_time: int = EVENTS_AT_A_TIME

    async def __call__(self, command: ImportLegacyCommand) -> AsyncIterator[ImportProgress]:
        """Tells how far a part is, again and again; the last of each part is its report."""
        if missing := await self.source.missing_tables():
            raise LegacyTablesMissing(missing)
        catalogue, friendships, events = await self._starts(command)
        yield await self._catalogue(catalogue, command)
        async for progress in self._pages(friendships, command, self.users_at_a_time):
            yield progress
        async for progress in self._pages(events, command, self.events_at_a_time):
            yield progress

    async def _starts(self, command: ImportLegacyCommand) -> Sequence[ImportProgress]:
        async with self.unit_of_work() as work:
            starts = [await work.imports.progress(self.source.name, part) for part in ImportPart]
            if not all(start.finished for start in starts):
                return starts
            # The catalogue's position is the version it became, which is worth knowing.
            catalogue = replace(starts[0], finished=False, tally=Tally())
            anew = (catalogue, *(ImportProgress(part=start.part) for start in starts[1:]))
            for start in anew:
                await work.imports.mark(self.source.name, start)
            if not command.rehearsal:
                await work.commit()
        return anew

    async def _catalogue(self, start: ImportProgress, command: ImportLegacyCommand) -> ImportProgress:
        if start.finished:
            return start
        legacy = LegacyCatalogue()
        legacy.add_personas(await self.source.catalogue_rows(LegacyTable.PERSONAS))
        legacy.add_agendas(await self.source.catalogue_rows(LegacyTable.AGENDAS))
        version = await self._version_of(legacy, start.position)
        outcome = Outcome.ADDED if version is None else Outcome.THERE
        if version is None and not command.rehearsal:
            version = await self.catalogues.add(legacy.catalogue())
        position = start.position if version is None else str(version)
        progress = replace(start, position=position, finished=True, tally=legacy.tally(outcome))
        async with self.unit_of_work() as work:
            await self._close(work, progress, command)
        return progress

    async def _version_of(self, legacy: LegacyCatalogue, imported: str | None) -> int | None:
        """The version that says this: the one imported before, whatever an editor did since, or the latest.

        Where there is nothing to import, the latest may stay, whatever it says.
        """
        latest = await self.catalogues.latest()
        if legacy.catalogue() == Catalogue():
            return latest.version
        before = await self.catalogues.find(int(imported)) if imported else None
        for known in (before, latest):
            if known is not None and legacy.catalogue(version=known.version) == known:
                return known.version
        return None

    async def _pages(
        self, start: ImportProgress, command: ImportLegacyCommand, limit: int
    ) -> AsyncIterator[ImportProgress]:
        progress, table = start, TABLES[start.part]
        if progress.position is None and (keyless := await self.source.keyless(table)):
            tally = progress.tally.without(table, "it has no id", rows=keyless)
            progress = replace(progress, tally=tally)
        while not progress.finished:
            rows = await self.source.page(table, after=progress.position, limit=limit)
            progress = await self._kept(rows, progress, command)
            yield progress
        if progress is start:
            yield start

    async def _kept(
        self, rows: Sequence[LegacyRow], progress: ImportProgress, command: ImportLegacyCommand
    ) -> ImportProgress:
        if not rows:
            done = replace(progress, finished=True)
            async with self.unit_of_work() as work:
                await self._close(work, done, command)
            return done
        keep = self._keep_friendships if progress.part is ImportPart.FRIENDSHIPS else self._keep_events
        return await keep(rows, replace(progress, position=rows[-1].key), command)

    async def _keep_friendships(
        self, rows: Sequence[LegacyRow], progress: ImportProgress, command: ImportLegacyCommand
    ) -> ImportProgress:
        found, tally = read_statuses(rows, command.zone, progress.tally)
        async with self.unit_of_work() as work:
            balances = [read.value for _, read in found.values()]
            outcomes = await work.imports.add_balances(balances, at=self.clock.now())
            for user, (key, read) in found.items():
                tally = tally.with_outcome(key, outcomes[user], read.repairs)
            done = replace(progress, tally=tally)
            await self._close(work, done, command)
        return done

    async def _keep_events(
        self, rows: Sequence[LegacyRow], progress: ImportProgress, command: ImportLegacyCommand
    ) -> ImportProgress:
        found, tally = await self._read_events(rows, progress.tally, command)
        async with self.unit_of_work() as work:
            stored = [(read.value.event, read.value.log) for _, read in found.values()]
            outcomes = await work.imports.add_events(stored)
            for conversation_id, (key, read) in found.items():
                tally = tally.with_outcome(key, outcomes[conversation_id], read.repairs)
            done = replace(progress, tally=tally)
            await self._close(work, done, command)
        return done

    async def _read_events(
        self, rows: Sequence[LegacyRow], tally: Tally, command: ImportLegacyCommand
    ) -> tuple[dict[ConversationId, tuple[str, Read[ReadableEvent]]], Tally]:
        found: dict[ConversationId, tuple[str, Read[ReadableEvent]]] = {}
        for row in rows:
            try:
                read = await self.events.read(row.cells, zone=command.zone, now=self.clock.now())
            except Unusable as error:
                tally = tally.without(row.key, str(error))
                continue
            if read.value.event.conversation_id in found:
                tally = tally.without(row.key, "it differs from another conversation in blanks only")
            else:
                found[read.value.event.conversation_id] = row.key, read
        return found, tally

    async def _close(self, work: UnitOfWork, progress: ImportProgress, command: ImportLegacyCommand) -> None:
        await work.imports.mark(self.source.name, progress)
        if not command.rehearsal:
            await work.commit()
