"""Adding what comes from another implementation, many rows a statement.

The lock on ``erased_users`` holds erasers off until the commit (see erasures.py): whoever was erased before is found,
and whoever is erased after loses what was added here too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Text, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert

from application.ports.imports import ImportPart, ImportProgress, Imports
from domain.event import ConversationEvent, NewEvent
from domain.friendship import Friendship
from domain.identifiers import ConversationId, TopicId, UserId
from domain.legacy.findings import Outcome, Tally
from domain.legacy.opening import joined, opening_entries
from domain.topic_metrics import TopicMetrics
from infrastructure.postgres.event_rows import changed_columns, new_row
from infrastructure.postgres.friendships import friendship_columns, friendship_of, topic_columns, topic_of
from infrastructure.postgres.ledger import entry_columns
from infrastructure.postgres.tables import (
    conversation_events,
    conversation_logs,
    friendships,
    imports,
    score_ledger,
    topic_metrics,
)
from infrastructure.postgres.transaction import Transaction

HOLD_ERASERS_OFF = text("LOCK TABLE erased_users IN ROW SHARE MODE")
ERASED = text("""
    SELECT user_id, erased_at FROM unnest(CAST(:users AS text[])) AS user_id
    JOIN erased_users ON user_key = sha256(convert_to(user_id, 'UTF8'))
""")
# Those that were there are not told; in one order everywhere, as nobody is to wait for ever.
INTRODUCE = text("""
    INSERT INTO friendships (user_id, score, friendship_level, streak_day)
    SELECT user_id, 0, 'PHASE1_STRANGER', 0 FROM unnest(CAST(:users AS text[])) AS user_id ORDER BY user_id
    ON CONFLICT DO NOTHING RETURNING user_id
""")
IMPORTED = text("""
    SELECT DISTINCT user_id FROM score_ledger WHERE user_id = ANY(CAST(:users AS text[])) AND reason = 'imported'
""")
_these_users = any_(bindparam("users", type_=ARRAY(Text)))
HOLD = (
    select(friendships).where(friendships.c.user_id == _these_users).order_by(friendships.c.user_id).with_for_update()
)
TOPICS = (
    select(topic_metrics)
    .where(topic_metrics.c.user_id == _these_users)
    .order_by(topic_metrics.c.user_id, topic_metrics.c.topic_id)
)


class PostgresImports(Imports):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def progress(self, source: str, part: ImportPart) -> ImportProgress:
        of_part = (imports.c.source == source) & (imports.c.part == part.value)
        row = (await self._transaction.execute(select(imports).where(of_part))).one_or_none()
        if row is None:
            return ImportProgress(part=part)
        tally = msgspec.convert(row.tally, Tally)
        return ImportProgress(part=part, position=row.position, finished=row.finished, tally=tally)

    async def mark(self, source: str, progress: ImportProgress) -> None:
        columns = {
            "position": progress.position,
            "finished": progress.finished,
            "tally": msgspec.to_builtins(progress.tally),
        }
        marked = insert(imports).values(source=source, part=progress.part.value, **columns)
        await self._transaction.execute(marked.on_conflict_do_update(index_elements=["source", "part"], set_=columns))

    async def add_balances(self, friendships: Sequence[Friendship], *, at: datetime) -> Mapping[UserId, Outcome]:
        given = {friendship.user_id: friendship for friendship in friendships}
        erased = await self._erased(given)
        outcomes = dict.fromkeys(given, Outcome.THERE) | dict.fromkeys(erased, Outcome.ERASED)
        users = sorted(given.keys() - erased.keys())
        new = set((await self._transaction.execute(INTRODUCE, {"users": users})).scalars())
        held = await self._held(users)
        imported = set((await self._transaction.execute(IMPORTED, {"users": users})).scalars())
        together = {
            user: after
            for user in users
            if user not in imported and ((after := joined(held[user], given[user])) != held[user] or user in new)
        }
        await self._save(together.values(), held)
        entries = [entry_columns(entry) for user in together for entry in opening_entries(given[user], at=at)]
        if entries:
            await self._transaction.execute(insert(score_ledger), entries)
        return outcomes | dict.fromkeys(together, Outcome.ADDED)

    async def add_events(self, events: Sequence[tuple[ConversationEvent, bytes]]) -> Mapping[ConversationId, Outcome]:
        erased = await self._erased({event.reported.user_id for event, _ in events})
        outcomes = {event.conversation_id: Outcome.THERE for event, _ in events}
        late = {event.conversation_id for event, _ in events if _came_too_late(event, erased)}
        rows = {event.conversation_id: _row(event) for event, _ in events if event.conversation_id not in late}
        if rows:
            statement = insert(conversation_events).on_conflict_do_nothing()
            returned = statement.returning(conversation_events.c.event_id, conversation_events.c.conversation_id)
            in_order = [rows[name] for name in sorted(rows)]
            added = {row.conversation_id: row.event_id for row in await self._transaction.execute(returned, in_order)}
            await self._add_logs(events, added)
            outcomes |= dict.fromkeys(map(ConversationId, added), Outcome.ADDED)
        return outcomes | dict.fromkeys(late, Outcome.ERASED)

    async def _add_logs(self, events: Sequence[tuple[ConversationEvent, bytes]], added: Mapping[str, int]) -> None:
        logs = {event.conversation_id: log for event, log in events if event.conversation_id in added}
        rows = [{"event_id": added[name], "content": log} for name, log in logs.items()]
        if rows:
            await self._transaction.execute(insert(conversation_logs), rows)

    async def _erased(self, users: Iterable[UserId]) -> Mapping[UserId, datetime]:
        await self._transaction.execute(HOLD_ERASERS_OFF)
        rows = await self._transaction.execute(ERASED, {"users": list(users)})
        return {UserId(row.user_id): row.erased_at for row in rows}

    async def _held(self, users: Sequence[UserId]) -> Mapping[UserId, Friendship]:
        rows = (await self._transaction.execute(HOLD, {"users": list(users)})).all()
        topics: dict[str, dict[TopicId, TopicMetrics]] = {user: {} for user in users}
        for topic in await self._transaction.execute(TOPICS, {"users": list(users)}):
            topics[topic.user_id][TopicId(topic.topic_id)] = topic_of(topic)
        return {UserId(row.user_id): friendship_of(row, topics[row.user_id]) for row in rows}

    async def _save(self, together: Collection[Friendship], held: Mapping[UserId, Friendship]) -> None:
        rows = [friendship_columns(friendship) for friendship in together]
        changed = [
            {"user_id": friendship.user_id, "topic_id": topic_id, **topic_columns(metrics)}
            for friendship in together
            for topic_id, metrics in friendship.topics.items()
            if metrics != held[friendship.user_id].topics.get(topic_id)
        ]
        if rows:
            await self._transaction.execute(_replacing(friendships, ["user_id"]), rows)
        if changed:
            await self._transaction.execute(_replacing(topic_metrics, ["user_id", "topic_id"]), changed)


def _replacing(table: Any, key: list[str]) -> Any:  # noqa: ANN401 - any table, and its insert
    statement = insert(table)
    others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=others)


def _came_too_late(event: ConversationEvent, erased: Mapping[UserId, datetime]) -> bool:
    erased_at = erased.get(event.reported.user_id)
    return erased_at is not None and event.reported.end_time <= erased_at


def _row(event: ConversationEvent) -> dict[str, Any]:
    new = NewEvent(
        conversation_id=event.conversation_id,
        reported=event.reported,
        log=event.log,
        log_location=event.log_location,
        fingerprint=event.fingerprint,
        created_at=event.created_at,
    )
    return new_row(new) | {"fingerprint": bytes.fromhex(event.fingerprint)} | changed_columns(event)
