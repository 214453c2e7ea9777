"""Erasing a user while others write about the same user.

Who scores holds the friendship until its commit, then writes ledger and event. ``remove`` takes the friendship
first and the others in the same order, so that one of the two waits and neither for ever. A scorer that comes
second finds no event to write its outcome to, and rolls back.

An insert of an event holds no friendship: it looks whether the user is erased, with the snapshot of its one
statement, and may commit long after. Two things together let none slip through:

* The statement locks what it finds in ``erased_users`` FOR KEY SHARE, which takes the table's ROW SHARE lock.
  PostgreSQL takes the table locks of a statement before the snapshot it runs with.
* ``shut_out`` takes the table EXCLUSIVE, which waits for every such statement under way and lets the next ones wait
  for its commit. So an insert either has committed before the mark, and ``remove``, a transaction later, sees it; or
  its snapshot is younger than the mark, and it sees that.

The table lock is held for one row and its commit. Removing comes in a transaction of its own, since everybody's
inserts would wait for it, and an insert of an id that is being removed would wait for it the other way round.
Backups read with ACCESS SHARE, which gets along with EXCLUSIVE.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from application.ports.erasures import Erasures, Removed
from domain.erasure import ErasedNumbers
from domain.friendship import Friendship
from domain.identifiers import UserId
from infrastructure.postgres.friendships import stranger_row
from infrastructure.postgres.tables import friendships
from infrastructure.postgres.transaction import Transaction

# Rather no erasure now than an intake that waits: somebody asks for it again.
LOCK_PATIENCE = text("SET LOCAL lock_timeout = '2s'")
LOCK_MARKS = text("LOCK TABLE erased_users IN EXCLUSIVE MODE")

MARK = text("""
    INSERT INTO erased_users AS mark (user_key, erased_at) VALUES (sha256(convert_to(:user_id, 'UTF8')), :erased_at)
    ON CONFLICT (user_key) DO UPDATE SET erased_at = greatest(mark.erased_at, excluded.erased_at)
    RETURNING erased_at
""")

HOLD_FRIENDSHIP = text("SELECT user_id FROM friendships WHERE user_id = :user_id FOR UPDATE")
REMOVE_LEDGER = text("DELETE FROM score_ledger WHERE user_id = :user_id")

# In one order: somebody who changes several events of this user would else wait for us, and we for him.
HOLD_EVENTS = text("SELECT event_id FROM conversation_events WHERE user_id = :user_id ORDER BY event_id FOR UPDATE")

# Attempts, and logs in the database, go with their event.
REMOVE_EVENTS = text("""
    WITH event AS (
        DELETE FROM conversation_events WHERE user_id = :user_id RETURNING event_id, log_location
    ), outside AS (
        INSERT INTO log_deletions (location, due_at)
        SELECT log_location, :due_at FROM event WHERE log_location NOT IN ('postgres:', 'none:')
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) AS events,
           count(*) FILTER (WHERE log_location <> 'none:') AS logs,
           array_agg(log_location) FILTER (WHERE log_location NOT IN ('postgres:', 'none:')) AS outside,
           (SELECT count(*) FROM attempts WHERE event_id IN (SELECT event_id FROM event)) AS attempts
    FROM event
""")

# The conditions are those of the index conversation_events_log_kept_idx.
FORGET_LOGS = text("""
    WITH old AS (
        SELECT event_id, log_location FROM conversation_events
        WHERE created_at < :accepted_before AND status IN ('PROCESSED', 'SKIPPED') AND log_location <> 'none:'
        ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), forgotten AS (
        UPDATE conversation_events AS event SET log_location = 'none:'
        FROM old WHERE event.event_id = old.event_id
    ), dropped AS (
        DELETE FROM conversation_logs WHERE event_id IN (SELECT event_id FROM old)
    ), outside AS (
        INSERT INTO log_deletions (location, due_at)
        SELECT log_location, :due_at FROM old WHERE log_location <> 'postgres:'
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM old
""")

REMOVE_TOPICS = text("DELETE FROM topic_metrics WHERE user_id = :user_id")
REMOVE_SUGGESTIONS = text("DELETE FROM suggestions WHERE user_id = :user_id")
REMOVE_FRIENDSHIP = text("DELETE FROM friendships WHERE user_id = :user_id")

TAKE_LOG_DELETIONS = text("""
    UPDATE log_deletions AS deletion SET due_at = :again_at
    FROM (SELECT location FROM log_deletions
          WHERE due_at <= :now
          ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) AS due
    WHERE deletion.location = due.location
    RETURNING deletion.location
""")
FINISH_LOG_DELETIONS = text("DELETE FROM log_deletions WHERE location = ANY(CAST(:locations AS text[]))")


class PostgresErasures(Erasures):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def shut_out(self, user_id: UserId, *, at: datetime) -> datetime:
        await self._transaction.execute(LOCK_PATIENCE)
        await self._transaction.execute(LOCK_MARKS)
        marked = await self._transaction.execute(MARK, {"user_id": user_id, "erased_at": at})
        erased_at: datetime = marked.scalar_one()
        return erased_at

    async def remove(self, user_id: UserId, *, logs_due_at: datetime) -> Removed:
        of_user = {"user_id": user_id}
        is_new = await self._hold(user_id)
        ledger = await self._transaction.execute(REMOVE_LEDGER, of_user)
        await self._transaction.execute(HOLD_EVENTS, of_user)
        removed = (await self._transaction.execute(REMOVE_EVENTS, {**of_user, "due_at": logs_due_at})).one()
        topics = await self._transaction.execute(REMOVE_TOPICS, of_user)
        suggestions = await self._transaction.execute(REMOVE_SUGGESTIONS, of_user)
        await self._transaction.execute(REMOVE_FRIENDSHIP, of_user)
        numbers = ErasedNumbers(
            events=removed.events,
            attempts=removed.attempts,
            ledger_entries=ledger.rowcount,
            topics=topics.rowcount,
            logs=removed.logs,
            suggestions=suggestions.rowcount,
            friendship=0 if is_new else 1,
        )
        return Removed(numbers=numbers, outside=tuple(removed.outside or ()))

    async def forget_logs(self, *, accepted_before: datetime, logs_due_at: datetime, limit: int) -> int:
        parameters = {"accepted_before": accepted_before, "due_at": logs_due_at, "limit": limit}
        return int((await self._transaction.execute(FORGET_LOGS, parameters)).scalar_one())

    async def take_log_deletions(self, *, now: datetime, again_at: datetime, limit: int) -> Sequence[str]:
        parameters = {"now": now, "again_at": again_at, "limit": limit}
        taken = await self._transaction.execute(TAKE_LOG_DELETIONS, parameters)
        return sorted(taken.scalars())

    async def finish_log_deletions(self, locations: Sequence[str]) -> None:
        await self._transaction.execute(FINISH_LOG_DELETIONS, {"locations": list(locations)})

    async def _hold(self, user_id: UserId) -> bool:
        """Locks the friendship. One that is not there is made, and told: a scorer who is about to must wait for us."""
        stranger = stranger_row(Friendship(user_id=user_id)).returning(friendships.c.user_id)
        while True:
            made = (await self._transaction.execute(stranger)).one_or_none()
            held = await self._transaction.execute(HOLD_FRIENDSHIP, {"user_id": user_id})
            # Nothing to hold: it was there, and gone when we came to our turn; another erasure was before us.
            if held.one_or_none() is not None:
                return made is not None
