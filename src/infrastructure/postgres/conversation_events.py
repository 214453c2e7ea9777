from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Executable, bindparam, func, select, text, update

from application.errors import Conflict, LeaseLost, UserErased
from application.ports.conversation_events import Announcement, Backlog, ConversationEvents, EventFilter, InlineLog
from domain.bot_type import GREETING
from domain.event import Attempt, ConversationEvent, NewEvent
from domain.event_status import AttemptOutcome, EventStatus
from domain.identifiers import ConversationId, EventId, UserId
from infrastructure.postgres.attempt_traces import note_attempt
from infrastructure.postgres.crowds import waiting_in
from infrastructure.postgres.event_filter import conditions
from infrastructure.postgres.event_insert import Arrival, insert_events
from infrastructure.postgres.event_rows import attempt_of, changed_columns, event_of
from infrastructure.postgres.log_places import inline_logs, known_locations, relocate
from infrastructure.postgres.rescoring import ANY_EMOTION_HEARD, rescore
from infrastructure.postgres.tables import attempts, conversation_events
from infrastructure.postgres.transaction import Transaction

CLAIM = text("""
    WITH claimed AS (
        UPDATE conversation_events
        SET status = 'PROCESSING', attempt_count = attempt_count + 1, fence = fence + 1,
            lease_worker = :worker, lease_expires_at = :expires_at, announce_at = :expires_at
        WHERE event_id = :event_id
          AND ((status IN ('PENDING', 'FAILED') AND (next_attempt_at <= :now OR CAST(:early AS boolean)))
               OR (status = 'PROCESSING' AND lease_expires_at <= :now))
        RETURNING *
    ), abandoned AS (
        UPDATE attempts SET ended_at = :now, outcome = 'LEASE_EXPIRED', error_code = 'LEASE_EXPIRED'
        WHERE event_id IN (SELECT event_id FROM claimed) AND ended_at IS NULL
    ), opened AS (
        INSERT INTO attempts (event_id, number, worker, started_at)
        SELECT event_id, fence, :worker, :now FROM claimed
    )
    SELECT * FROM claimed
""").columns(*conversation_events.columns)

TAKE_UNANNOUNCED = text("""
    UPDATE conversation_events AS event SET announce_at = :again_at
    FROM (SELECT event_id FROM conversation_events
          WHERE announce_at <= :now
          ORDER BY announce_at LIMIT :limit FOR UPDATE SKIP LOCKED) AS due
    WHERE event.event_id = due.event_id
    RETURNING event.event_id, event.conversation_id, event.user_id, event.bot_id, event.traceparent
""")

BACKLOG = text("""
    SELECT count(*) AS due,
           coalesce(extract(epoch FROM :now - min(coalesce(lease_expires_at, next_attempt_at))), 0) AS oldest,
           (SELECT count(*) FROM conversation_events WHERE status = 'PERMANENTLY_FAILED') AS given_up
    FROM conversation_events
    WHERE announce_at IS NOT NULL
      AND ((status IN ('PENDING', 'FAILED') AND next_attempt_at <= :now)
           OR (status = 'PROCESSING' AND lease_expires_at <= :now))
""").bindparams(bindparam("now", type_=conversation_events.c.created_at.type))

RENEW = text("""
    UPDATE conversation_events SET lease_expires_at = :expires_at, announce_at = :expires_at
    WHERE event_id = :event_id AND fence = :fence AND status = 'PROCESSING'
""")

CLOSE_ATTEMPT = text("""
    UPDATE attempts SET ended_at = :ended_at, outcome = :outcome, error_code = :error_code
    WHERE event_id = :event_id AND number = :number AND ended_at IS NULL
""")

OUTCOMES = {
    EventStatus.PROCESSED: AttemptOutcome.PROCESSED,
    EventStatus.FAILED: AttemptOutcome.FAILED,
    EventStatus.PERMANENTLY_FAILED: AttemptOutcome.FAILED,
    EventStatus.PENDING: AttemptOutcome.HANDED_BACK,
    EventStatus.SKIPPED: AttemptOutcome.SKIPPED,
}


class PostgresConversationEvents(ConversationEvents):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        stored = await insert_events(self._transaction, [Arrival(event=event, inline_log=inline_log)])
        if isinstance(stored[0], UserErased):
            raise stored[0]
        return stored[0]

    async def get(self, event_id: EventId) -> ConversationEvent | None:
        return await self._one(select(conversation_events).where(conversation_events.c.event_id == event_id))

    async def find(self, conversation_id: ConversationId) -> ConversationEvent | None:
        same_id = conversation_events.c.conversation_id == conversation_id
        return await self._one(select(conversation_events).where(same_id))

    async def twin(self, reported_id: ConversationId, fingerprint: str) -> ConversationEvent | None:
        return await self._one(
            select(conversation_events)
            .where(conversation_events.c.reported_id == reported_id)
            .where(conversation_events.c.fingerprint == bytes.fromhex(fingerprint))
        )

    async def page(self, wanted: EventFilter, *, limit: int, offset: int) -> tuple[Sequence[ConversationEvent], int]:
        matching = conditions(wanted)
        newest = (conversation_events.c.created_at.desc(), conversation_events.c.event_id.desc())
        rows = await self._transaction.execute(
            select(conversation_events).where(*matching).order_by(*newest).limit(limit).offset(offset)
        )
        total = await self._transaction.execute(select(func.count()).select_from(conversation_events).where(*matching))
        return [event_of(row) for row in rows], int(total.scalar_one())

    async def next_matching(
        self, wanted: EventFilter, *, after: EventId | None, limit: int
    ) -> Sequence[ConversationEvent]:
        beyond = conversation_events.c.event_id > (after or 0)
        rows = await self._transaction.execute(
            select(conversation_events)
            .where(beyond, *conditions(wanted))
            .order_by(conversation_events.c.event_id)
            .limit(limit)
        )
        return [event_of(row) for row in rows]

    async def claim(
        self, event_id: EventId, *, worker: str, now: datetime, lease: timedelta, early: bool = False
    ) -> ConversationEvent | None:
        parameters = {"event_id": event_id, "worker": worker, "now": now, "expires_at": now + lease, "early": early}
        with self._transaction.tracing.claim():
            row = (await self._transaction.execute(CLAIM, parameters)).one_or_none()
            if row is None:
                return None
            event = event_of(row)
            await note_attempt(self._transaction, event)
        return event

    async def renew(self, claimed: ConversationEvent, *, expires_at: datetime) -> bool:
        parameters = {"event_id": claimed.event_id, "fence": claimed.fence, "expires_at": expires_at}
        return (await self._transaction.execute(RENEW, parameters)).rowcount == 1

    async def save(self, event: ConversationEvent, *, ended_at: datetime) -> None:
        written = await self._transaction.execute(
            update(conversation_events)
            .where(conversation_events.c.event_id == event.event_id)
            .where(conversation_events.c.fence == event.fence)
            .where(conversation_events.c.status == EventStatus.PROCESSING.value)
            .values(changed_columns(event))
        )
        if written.rowcount != 1:
            raise LeaseLost(event.conversation_id)
        await self._close_attempt(event, number=event.fence, ended_at=ended_at)

    async def replace(self, event: ConversationEvent, *, was: ConversationEvent, at: datetime) -> None:
        written = await self._transaction.execute(
            update(conversation_events)
            .where(conversation_events.c.event_id == was.event_id)
            .where(conversation_events.c.fence == was.fence)
            .where(conversation_events.c.status == was.status.value)
            .values(changed_columns(event))
        )
        if written.rowcount != 1:
            raise Conflict(was.conversation_id)
        await self._close_attempt(event, number=was.fence, ended_at=at)

    async def rescore(self, events: Sequence[ConversationEvent]) -> None:
        await rescore(self._transaction, events)

    async def any_emotion_heard(self, conversation_ids: Collection[ConversationId]) -> bool:
        heard = await self._transaction.execute(ANY_EMOTION_HEARD, {"conversation_ids": list(conversation_ids)})
        return bool(heard.scalar_one())

    async def users(self, wanted: EventFilter, *, after: UserId | None, limit: int) -> Sequence[UserId]:
        beyond = conversation_events.c.user_id > (after or "")
        rows = await self._transaction.execute(
            select(conversation_events.c.user_id)
            .where(beyond, *conditions(wanted))
            .distinct()
            .order_by(conversation_events.c.user_id)
            .limit(limit)
        )
        return [UserId(user_id) for user_id in rows.scalars()]

    async def attempts(self, event_id: EventId) -> Sequence[Attempt]:
        rows = await self._transaction.execute(
            select(attempts).where(attempts.c.event_id == event_id).order_by(attempts.c.number)
        )
        return [attempt_of(row) for row in rows]

    async def take_unannounced(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[Announcement]:
        rows = await self._transaction.execute(TAKE_UNANNOUNCED, {"now": now, "again_at": again_at, "limit": limit})
        return [
            Announcement(
                event_id=EventId(row.event_id),
                conversation_id=ConversationId(row.conversation_id),
                user_id=UserId(row.user_id),
                bot_id=row.bot_id,
                traceparent=row.traceparent,
            )
            for row in sorted(rows, key=lambda row: row.event_id)
        ]

    async def reschedule_announcements(self, event_ids: Sequence[EventId], *, was: datetime, until: datetime) -> None:
        await self._transaction.execute(
            update(conversation_events)
            .where(conversation_events.c.event_id.in_(event_ids), conversation_events.c.announce_at == was)
            .values(announce_at=until)
        )

    async def recent_greeting_tags(self, user_id: UserId, *, limit: int) -> Sequence[str]:
        rows = await self._transaction.execute(
            select(func.coalesce(conversation_events.c.agent_tag, ""))
            .where(conversation_events.c.user_id == user_id, conversation_events.c.bot_kind == GREETING)
            .order_by(conversation_events.c.end_time.desc())
            .limit(limit)
        )
        return [str(tag) for tag in rows.scalars()]

    async def waiting_in(self, minutes: Sequence[datetime]) -> Sequence[int]:
        return await waiting_in(self._transaction, minutes)

    async def backlog(self, now: datetime) -> Backlog:
        row = (await self._transaction.execute(BACKLOG, {"now": now})).one()
        return Backlog(due=row.due, oldest_due_seconds=float(row.oldest), permanently_failed=row.given_up)

    async def inline_logs(self, *, limit: int) -> Sequence[InlineLog]:
        return await inline_logs(self._transaction, limit=limit)

    async def relocate(self, event_id: EventId, *, was: str, now_at: str) -> bool:
        return await relocate(self._transaction, event_id, was=was, now_at=now_at)

    async def known_locations(self, locations: Collection[str]) -> set[str]:
        return await known_locations(self._transaction, locations)

    async def _one(self, statement: Executable) -> ConversationEvent | None:
        row = (await self._transaction.execute(statement)).one_or_none()
        return event_of(row) if row else None

    async def _close_attempt(self, event: ConversationEvent, *, number: int, ended_at: datetime) -> None:
        outcome = OUTCOMES[event.status]
        failed = outcome is AttemptOutcome.FAILED
        parameters = {
            "event_id": event.event_id,
            "number": number,
            "ended_at": ended_at,
            "outcome": outcome.value,
            "error_code": event.error_code if failed else None,
        }
        await self._transaction.execute(CLOSE_ATTEMPT, parameters)
