from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.imports import ImportPart, ImportProgress, Imports
from domain.event import ConversationEvent
from domain.friendship import Friendship
from domain.identifiers import ConversationId, EventId, UserId
from domain.ledger import LedgerReason
from domain.legacy.findings import Outcome
from domain.legacy.opening import joined, opening_entries
from infrastructure.in_memory.database import InMemoryDatabase, Tables
from infrastructure.in_memory.erasures import came_too_late, was_erased


class InMemoryImports(Imports):
    def __init__(self, database: InMemoryDatabase, tables: Tables) -> None:
        self._database = database
        self._tables = tables

    async def progress(self, source: str, part: ImportPart) -> ImportProgress:
        return self._tables.imports.get((source, part), ImportProgress(part=part))

    async def mark(self, source: str, progress: ImportProgress) -> None:
        self._tables.imports[source, progress.part] = progress

    async def add_balances(self, friendships: Sequence[Friendship], *, at: datetime) -> Mapping[UserId, Outcome]:
        return {friendship.user_id: self._add_balance(friendship, at) for friendship in friendships}

    async def add_events(self, events: Sequence[tuple[ConversationEvent, bytes]]) -> Mapping[ConversationId, Outcome]:
        outcomes: dict[ConversationId, Outcome] = {}
        for event, log in events:
            outcomes.setdefault(event.conversation_id, self._add_event(event, log))
        return outcomes

    def _add_balance(self, friendship: Friendship, at: datetime) -> Outcome:
        user_id, tables = friendship.user_id, self._tables
        if was_erased(tables, user_id):
            return Outcome.ERASED
        ours = tables.friendships.get(user_id)
        together = joined(ours or Friendship(user_id=user_id), friendship)
        if together == ours or self._is_imported(user_id):
            return Outcome.THERE
        tables.friendships[user_id] = together
        tables.ledger.extend(opening_entries(friendship, at=at))
        return Outcome.ADDED

    def _is_imported(self, user_id: UserId) -> bool:
        return any(one.user_id == user_id and one.reason is LedgerReason.IMPORTED for one in self._tables.ledger)

    def _add_event(self, event: ConversationEvent, log: bytes) -> Outcome:
        if came_too_late(self._tables, event):
            return Outcome.ERASED
        if any(_is_the_same(event, other) for other in self._tables.events.values()):
            return Outcome.THERE
        event_id = EventId(self._database.next_event_id)
        self._database.next_event_id += 1
        self._tables.events[event_id] = replace(event, event_id=event_id)
        self._tables.logs[event_id] = log
        if event.next_attempt_at is not None:
            self._tables.announce_at[event_id] = event.next_attempt_at
        return Outcome.ADDED


def _is_the_same(event: ConversationEvent, other: ConversationEvent) -> bool:
    content = (event.reported.conversation_id, event.fingerprint)
    return event.conversation_id == other.conversation_id or content == (
        other.reported.conversation_id,
        other.fingerprint,
    )
