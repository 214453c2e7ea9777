from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeGuard

from application.errors import Conflict, LeaseLost, UserErased
from application.ports.conversation_events import (
    Announcement,
    Backlog,
    ConversationEvents,
    EventFilter,
    InlineLog,
)
from domain.bot_type import GREETING, normalised_bot_type
from domain.event import Attempt, ConversationEvent, Lease, NewEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.identifiers import ConversationId, EventId, UserId
from infrastructure.in_memory.database import GRACE, InMemoryDatabase, Tables
from infrastructure.in_memory.erasures import came_too_late

OUTCOMES = {
    EventStatus.PROCESSED: AttemptOutcome.PROCESSED,
    EventStatus.FAILED: AttemptOutcome.FAILED,
    EventStatus.PERMANENTLY_FAILED: AttemptOutcome.FAILED,
    EventStatus.PENDING: AttemptOutcome.HANDED_BACK,
    EventStatus.SKIPPED: AttemptOutcome.SKIPPED,
}


class InMemoryConversationEvents(ConversationEvents):
    def __init__(self, database: InMemoryDatabase, tables: Tables) -> None:
        self._database = database
        self._tables = tables

    async def add(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        if came_too_late(self._tables, event):
            raise UserErased(event.conversation_id)
        if await self.find(event.conversation_id) or await self.twin(event.reported.conversation_id, event.fingerprint):
            return None
        stored = ConversationEvent(
            event_id=self._new_id(),
            conversation_id=event.conversation_id,
            reported=event.reported,
            log=event.log,
            log_location=event.log_location,
            fingerprint=event.fingerprint,
            created_at=event.created_at,
            next_attempt_at=event.created_at,
            traceparent=event.traceparent,
        )
        self._put(stored, announce_at=event.created_at + GRACE)
        if inline_log is not None:
            self._tables.logs[stored.event_id] = inline_log
        return stored

    async def get(self, event_id: EventId) -> ConversationEvent | None:
        return self._tables.events.get(event_id)

    async def find(self, conversation_id: ConversationId) -> ConversationEvent | None:
        return next((event for event in self._all() if event.conversation_id == conversation_id), None)

    async def twin(self, reported_id: ConversationId, fingerprint: str) -> ConversationEvent | None:
        same = (reported_id, fingerprint)
        return next(
            (event for event in self._all() if (event.reported.conversation_id, event.fingerprint) == same), None
        )

    async def page(self, wanted: EventFilter, *, limit: int, offset: int) -> tuple[Sequence[ConversationEvent], int]:
        matching = [event for event in self._all() if _matches(event, wanted)]
        matching.sort(key=lambda event: (event.created_at, event.event_id), reverse=True)
        return matching[offset : offset + limit], len(matching)

    async def next_matching(
        self, wanted: EventFilter, *, after: EventId | None, limit: int
    ) -> Sequence[ConversationEvent]:
        beyond = [event for event in self._all() if event.event_id > (after or 0) and _matches(event, wanted)]
        return sorted(beyond, key=lambda event: event.event_id)[:limit]

    async def claim(
        self, event_id: EventId, *, worker: str, now: datetime, lease: timedelta, early: bool = False
    ) -> ConversationEvent | None:
        event = self._tables.events.get(event_id)
        if event is None or not (event.is_due(now) or (early and event.is_waiting)):
            return None
        self._close_attempt(event_id, now, AttemptOutcome.LEASE_EXPIRED, FailureCode.LEASE_EXPIRED)
        claimed = event.claimed(worker=worker, now=now, lease=lease, early=early)
        self._put(claimed, announce_at=now + lease)
        opened = Attempt(number=claimed.fence, worker=worker, started_at=now)
        self._tables.attempts[event_id] = (*self._attempts(event_id), opened)
        return claimed

    async def renew(self, claimed: ConversationEvent, *, expires_at: datetime) -> bool:
        event = self._tables.events.get(claimed.event_id)
        if event is None or event.lease is None or event.fence != claimed.fence:
            return False
        lease = Lease(worker=event.lease.worker, expires_at=expires_at)
        self._put(replace(event, lease=lease), announce_at=expires_at)
        return True

    async def save(self, event: ConversationEvent, *, ended_at: datetime) -> None:
        stored = self._tables.events.get(event.event_id)
        if stored is None or stored.fence != event.fence or stored.status is not EventStatus.PROCESSING:
            raise LeaseLost(event.conversation_id)
        self._put(event, announce_at=event.next_attempt_at)
        outcome = OUTCOMES[event.status]
        code = event.error_code if outcome is AttemptOutcome.FAILED else None
        self._close_attempt(event.event_id, ended_at, outcome, code)

    async def replace(self, event: ConversationEvent, *, was: ConversationEvent, at: datetime) -> None:
        stored = self._tables.events.get(was.event_id)
        if stored is None or (stored.fence, stored.status) != (was.fence, was.status):
            raise Conflict(was.conversation_id)
        # The log may have been moved since the event was read.
        self._put(replace(event, log_location=stored.log_location), announce_at=event.next_attempt_at)
        self._close_attempt(event.event_id, at, OUTCOMES[event.status], None)

    async def rescore(self, events: Sequence[ConversationEvent]) -> None:
        for event in events:
            stored = self._tables.events.get(event.event_id)
            if stored is None or stored.status is not EventStatus.PROCESSED:
                raise Conflict(event.conversation_id)
            self._tables.events[event.event_id] = replace(
                stored, signals=event.signals, score=event.score, new_friendship_level=event.new_friendship_level
            )

    async def any_emotion_heard(self, conversation_ids: Collection[ConversationId]) -> bool:
        meant = set(conversation_ids)
        return any(event.conversation_id in meant and event.signals.emotion is not None for event in self._all())

    async def users(self, wanted: EventFilter, *, after: UserId | None, limit: int) -> Sequence[UserId]:
        users = {event.reported.user_id for event in self._all() if _matches(event, wanted)}
        return sorted(user for user in users if after is None or user > after)[:limit]

    async def attempts(self, event_id: EventId) -> Sequence[Attempt]:
        return self._attempts(event_id)

    async def take_unannounced(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[Announcement]:
        due = sorted((at, event_id) for event_id, at in self._tables.announce_at.items() if at <= now)[:limit]
        for _, event_id in due:
            self._tables.announce_at[event_id] = again_at
        return [self._announcement(event_id) for event_id in sorted(event_id for _, event_id in due)]

    async def reschedule_announcements(self, event_ids: Sequence[EventId], *, was: datetime, until: datetime) -> None:
        for event_id in event_ids:
            if self._tables.announce_at.get(event_id) == was:
                self._tables.announce_at[event_id] = until

    async def recent_greeting_tags(self, user_id: UserId, *, limit: int) -> Sequence[str]:
        greetings = [
            event.reported
            for event in self._all()
            if event.reported.user_id == user_id and normalised_bot_type(event.reported.bot_type) == GREETING
        ]
        greetings.sort(key=lambda reported: reported.end_time, reverse=True)
        return [reported.agent_tag or "" for reported in greetings[:limit]]

    async def waiting_in(self, minutes: Sequence[datetime]) -> Sequence[int]:
        waiting = Counter(at.replace(second=0, microsecond=0) for at in self._tables.announce_at.values())
        return [waiting[minute] for minute in minutes]

    async def backlog(self, now: datetime) -> Backlog:
        waiting = [
            event.lease.expires_at if event.lease else event.next_attempt_at
            for event in self._all()
            if event.is_due(now)
        ]
        oldest = min((since for since in waiting if since), default=now)
        given_up = sum(event.status is EventStatus.PERMANENTLY_FAILED for event in self._all())
        seconds = (now - oldest).total_seconds()
        return Backlog(due=len(waiting), oldest_due_seconds=seconds, permanently_failed=given_up)

    async def inline_logs(self, *, limit: int) -> Sequence[InlineLog]:
        at_rest = [event for event in map(self._tables.events.get, sorted(self._tables.logs)) if _is_at_rest(event)]
        return [InlineLog(event_id=event.event_id, location=event.log_location) for event in at_rest[:limit]]

    async def relocate(self, event_id: EventId, *, was: str, now_at: str) -> bool:
        event = self._tables.events.get(event_id)
        if not _is_at_rest(event) or event.log_location != was:
            return False
        self._tables.events[event_id] = replace(event, log_location=now_at)
        self._tables.logs.pop(event_id, None)
        return True

    async def known_locations(self, locations: Collection[str]) -> set[str]:
        return {event.log_location for event in self._all()}.intersection(locations)

    def _all(self) -> Sequence[ConversationEvent]:
        return tuple(self._tables.events.values())

    def _new_id(self) -> EventId:
        event_id = EventId(self._database.next_event_id)
        self._database.next_event_id += 1
        return event_id

    def _put(self, event: ConversationEvent, *, announce_at: datetime | None) -> None:
        self._tables.events[event.event_id] = event
        self._tables.announce_at.pop(event.event_id, None)
        if announce_at is not None:
            self._tables.announce_at[event.event_id] = announce_at

    def _attempts(self, event_id: EventId) -> tuple[Attempt, ...]:
        return self._tables.attempts.get(event_id, ())

    def _close_attempt(
        self, event_id: EventId, now: datetime, outcome: AttemptOutcome, code: FailureCode | None
    ) -> None:
        attempts = self._attempts(event_id)
        if attempts and attempts[-1].ended_at is None:
            closed = replace(attempts[-1], ended_at=now, outcome=outcome, error_code=code)
            self._tables.attempts[event_id] = (*attempts[:-1], closed)

    def _announcement(self, event_id: EventId) -> Announcement:
        event = self._tables.events[event_id]
        return Announcement(
            event_id=event_id,
            conversation_id=event.conversation_id,
            user_id=event.reported.user_id,
            bot_id=event.reported.bot_id,
            traceparent=event.traceparent,
        )


def _is_at_rest(event: ConversationEvent | None) -> TypeGuard[ConversationEvent]:
    return event is not None and event.status is not EventStatus.PROCESSING


def _matches(event: ConversationEvent, wanted: EventFilter) -> bool:
    return (
        wanted.user_id in (None, event.reported.user_id)
        and (not wanted.statuses or event.status in wanted.statuses)
        and wanted.error_code in (None, event.error_code)
        and (wanted.since is None or event.created_at >= wanted.since)
        and (wanted.until is None or event.created_at < wanted.until)
    )
