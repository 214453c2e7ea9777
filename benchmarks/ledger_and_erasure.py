"""How long the two longest commands take: verifying a ledger of a million entries, erasing a thousand conversations.

python -m benchmarks.ledger_and_erasure
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from application.log_removal import LogRemoval
from application.use_cases.erase_user import EraseUser
from application.use_cases.verify_ledger import VerifyLedger
from benchmarks.database import fresh_database, libpq_url
from domain.identifiers import UserId
from infrastructure.object_storage.files import FileConversationLogs
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.unit_of_work import PostgresUnitOfWorkFactory
from infrastructure.system.clock import SystemClock
from tests.servers.sources import postgres_server

ENTRIES = 1_000_000
USERS = 20_000
WRONG = 7
CONVERSATIONS = 1_000
LOG_BYTES = 15_000
LIMIT = timedelta(seconds=10)
CHILD = UserId("child")

LEDGER = f"""
    INSERT INTO score_ledger
        (user_id, conversation_id, revision, change, topic_id, turns, rules_version, reason, created_at)
    SELECT 'user_' || number % {USERS}, 'conv_' || number, 0, round((random() * 60)::numeric, 4),
           CASE WHEN number % 5 > 0 THEN 'topic_' || number % 7 END, number % 30, 'v1', 'scored', now()
    FROM generate_series(1, {ENTRIES}) AS number;
    INSERT INTO friendships (user_id, score, friendship_level, streak_day)
    SELECT user_id,
           sum(change) + CASE WHEN user_id IN (SELECT 'user_' || generate_series(1, {WRONG})) THEN 1 ELSE 0 END,
           'PHASE1_STRANGER', 0 FROM score_ledger GROUP BY user_id;
    INSERT INTO topic_metrics (user_id, topic_id, score, turns, friendship_level, agents_used)
    SELECT user_id, topic_id, sum(change), sum(turns), 'PHASE1_STRANGER', ARRAY['bot_17']
    FROM score_ledger WHERE topic_id IS NOT NULL GROUP BY user_id, topic_id;
    VACUUM ANALYZE
"""  # noqa: S608 - our own numbers

CHILDS_EVENTS = f"""
    INSERT INTO conversation_events
        (conversation_id, reported_id, user_id, bot_type, bot_kind, bot_id, bot_name, start_time, end_time, utterances,
         pika_utterances, user_utterances, log_size_bytes, log_location, fingerprint, created_at, status,
         attempt_count, fence, signals)
    SELECT 'of_child_' || number, 'of_child_' || number, '{CHILD}', 'TALK', 'TALK', 'bot_17', 'Movie chat',
           now() - interval '2 h', now() - interval '1 h', 6, 3, 3, 600, 'postgres:',
           sha256(number::text::bytea), now(), 'PROCESSED', 1, 1, '{{}}'
    FROM generate_series(1, {CONVERSATIONS}) AS number;
    INSERT INTO attempts (event_id, number, worker, started_at, ended_at, outcome)
    SELECT event_id, 1, 'worker', now(), now(), 'PROCESSED' FROM conversation_events;
    INSERT INTO score_ledger
        (user_id, conversation_id, revision, change, topic_id, turns, rules_version, reason, created_at)
    SELECT user_id, conversation_id, 0, 5, 'movie', 3, 'v1', 'scored', now() FROM conversation_events
"""  # noqa: S608 - our own numbers
LOGS_INSIDE = "INSERT INTO conversation_logs SELECT event_id, %s FROM conversation_events"


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.2f} s", flush=True)


async def _verify(url: str) -> None:
    engine = make_engine(url)
    verify = VerifyLedger(unit_of_work=PostgresUnitOfWorkFactory(engine=engine, limit=LIMIT))
    with _timed(f"verify {ENTRIES} entries of {USERS} users"):
        checks = [check async for check in verify()]
    entries, found = sum(check.entries for check in checks), sum(len(check.differences) for check in checks)
    print(f"  in {len(checks)} stretches, {entries} entries, {found} differences (planted: {WRONG})")
    await engine.dispose()


async def _erase(url: str, directory: Path, *, inside: bool) -> None:
    engine, clock = make_engine(url), SystemClock()
    unit_of_work = PostgresUnitOfWorkFactory(engine=engine, limit=LIMIT)
    logs = FileConversationLogs(directory=directory, clock=clock, limit=LIMIT)
    _add_conversations(url)
    if inside:
        _execute(url, LOGS_INSIDE, b"x" * LOG_BYTES)
    else:
        await _keep_outside(url, logs)
    erase = EraseUser(
        unit_of_work=unit_of_work,
        removal=LogRemoval(unit_of_work=unit_of_work, logs=logs),
        clock=clock,
        patience=timedelta(seconds=5),
        logs_again_after=timedelta(minutes=5),
    )
    with _timed(f"erase {CONVERSATIONS} conversations, logs {'in the database' if inside else 'in files'}"):
        receipt = await erase(CHILD)
    print(f"  {receipt.numbers}, logs pending {receipt.logs_pending}")
    await engine.dispose()


def _add_conversations(url: str) -> None:
    _execute(url, "DELETE FROM erased_users")
    _execute(url, CHILDS_EVENTS)


async def _keep_outside(url: str, logs: FileConversationLogs) -> None:
    kept = [await logs.keep(b"x" * LOG_BYTES) for _ in range(CONVERSATIONS)]
    _execute(
        url,
        "UPDATE conversation_events SET log_location = (%s::text[])[(substring(conversation_id FROM 10))::int]",
        [log.location for log in kept],
    )


def _execute(url: str, statements: str, *parameters: object) -> None:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        for statement in statements.split(";"):
            connection.execute(statement.encode(), parameters or None)


def main() -> int:
    with (
        postgres_server(durable=True) as server,
        fresh_database(server, "benchmark_ledger") as url,
        TemporaryDirectory() as directory,
    ):
        migrate(url)
        with _timed("make the ledger"):
            _execute(url, LEDGER)
        asyncio.run(_verify(url))
        asyncio.run(_erase(url, Path(directory), inside=True))
        asyncio.run(_erase(url, Path(directory), inside=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
