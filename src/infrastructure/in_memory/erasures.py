import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.erasures import Erasures, Removed
from domain.erasure import ErasedNumbers
from domain.event import LOG_FORGOTTEN, ConversationEvent, NewEvent
from domain.event_status import EventStatus
from domain.identifiers import UserId
from infrastructure.in_memory.database import INLINE, Tables


class InMemoryErasures(Erasures):
    """Units of work come one after the other here, so nobody can slip through."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def shut_out(self, user_id: UserId, *, at: datetime) -> datetime:
        key = _key(user_id)
        latest = max(at, self._tables.erased_users.get(key, at))
        self._tables.erased_users[key] = latest
        return latest

    async def remove(self, user_id: UserId, *, logs_due_at: datetime) -> Removed:
        tables = self._tables
        events = [event for event in tables.events.values() if event.reported.user_id == user_id]
        attempts = sum(len(tables.attempts.get(event.event_id, ())) for event in events)
        for event in events:
            self._remove_event(event)
        entries = [entry for entry in tables.ledger if entry.user_id == user_id]
        tables.ledger = [entry for entry in tables.ledger if entry.user_id != user_id]
        friendship = tables.friendships.pop(user_id, None)
        offers = [offer for offer in tables.offers if offer.user_id == user_id]
        tables.offers = [offer for offer in tables.offers if offer.user_id != user_id]
        with_log = [event for event in events if event.has_log]
        outside = tuple(event.log_location for event in with_log if event.log_location != INLINE)
        tables.log_deletions.update(dict.fromkeys(outside, logs_due_at))
        numbers = ErasedNumbers(
            events=len(events),
            attempts=attempts,
            ledger_entries=len(entries),
            topics=len(friendship.topics) if friendship else 0,
            logs=len(with_log),
            suggestions=len(offers),
            friendship=1 if friendship else 0,
        )
        return Removed(numbers=numbers, outside=outside)

    async def forget_logs(self, *, accepted_before: datetime, logs_due_at: datetime, limit: int) -> int:
        events = sorted(self._tables.events.values(), key=lambda event: event.created_at)
        old = [event for event in events if _is_finished(event) and event.created_at < accepted_before][:limit]
        for event in old:
            self._tables.events[event.event_id] = replace(event, log_location=LOG_FORGOTTEN)
            self._tables.logs.pop(event.event_id, None)
            if event.log_location != INLINE:
                self._tables.log_deletions[event.log_location] = logs_due_at
        return len(old)

    async def take_log_deletions(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[str]:
        due = sorted((at, location) for location, at in self._tables.log_deletions.items() if at <= now)[:limit]
        self._tables.log_deletions.update({location: again_at for _, location in due})
        return sorted(location for _, location in due)

    async def finish_log_deletions(self, locations: Sequence[str]) -> None:
        for location in locations:
            self._tables.log_deletions.pop(location, None)

    def _remove_event(self, event: ConversationEvent) -> None:
        del self._tables.events[event.event_id]
        self._tables.announce_at.pop(event.event_id, None)
        self._tables.attempts.pop(event.event_id, None)
        self._tables.logs.pop(event.event_id, None)


def _is_finished(event: ConversationEvent) -> bool:
    return event.has_log and event.status in (EventStatus.PROCESSED, EventStatus.SKIPPED)


def was_erased(tables: Tables, user_id: UserId) -> bool:
    return _key(user_id) in tables.erased_users


def came_too_late(tables: Tables, event: NewEvent | ConversationEvent) -> bool:
    """Whether it ended before its user was erased."""
    mark = erased_at(tables, event.reported.user_id)
    return mark is not None and event.reported.end_time <= mark


def erased_at(tables: Tables, user_id: UserId) -> datetime | None:
    return tables.erased_users.get(_key(user_id))


def _key(user_id: UserId) -> bytes:
    return hashlib.sha256(user_id.encode()).digest()
