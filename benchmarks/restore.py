"""How long a backup and a restore take, from the command to the checked ledger (the RTO of a database of that size).

    .venv/bin/python -m benchmarks.restore --gigabytes 1

The database is filled with scored conversations of 15 KB each (random, as compressed logs are), and treated with
the commands that an operator gives; PostgreSQL is durable and its own process, on this machine.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.database import fresh_database, libpq_url, server_version
from benchmarks.machine import this_machine
from infrastructure.postgres.migrations import migrate
from tests.servers.sources import postgres_server

CONVERSATIONS_AT_A_TIME = 5_000
USERS = 5_000
GIGABYTE = 10**9
# Random bytes of about a compressed log's size: 15 KB.
FILL = f"""
    WITH added AS (
        INSERT INTO conversation_events
            (conversation_id, reported_id, user_id, bot_type, bot_kind, bot_id, bot_name, start_time, end_time,
             utterances, pika_utterances, user_utterances, log_size_bytes, log_location, fingerprint, created_at,
             status, attempt_count, fence, signals, processed_at, score)
        SELECT 'conv_' || number, 'conv_' || number, 'user_' || number %% {USERS}, 'TALK', 'TALK', 'bot_17',
               'Movie chat', now() - interval '2 h', now() - interval '1 h', 60, 30, 30, 45000, 'postgres:',
               sha256(number::text::bytea), now(), 'PROCESSED', 1, 1, '{{}}', now(), '{{}}'
        FROM generate_series(%(first)s::int, %(last)s::int) AS number
        RETURNING event_id, user_id, conversation_id),
    logs AS (
        INSERT INTO conversation_logs
        SELECT event_id, (SELECT string_agg(sha512((event_id * 1000 + part)::text::bytea), ''::bytea)
                          FROM generate_series(1, 240) AS part) FROM added),
    tried AS (
        INSERT INTO attempts (event_id, number, worker, started_at, ended_at, outcome)
        SELECT event_id, 1, 'worker', now(), now(), 'PROCESSED' FROM added)
    INSERT INTO score_ledger
        (user_id, conversation_id, revision, change, topic_id, turns, rules_version, reason, created_at)
    SELECT user_id, conversation_id, 0, 5, 'movie', 3, 'v1', 'scored', now() FROM added
"""  # noqa: S608 - our own numbers
SUM_UP = (
    """INSERT INTO friendships (user_id, score, friendship_level, streak_day)
       SELECT user_id, sum(change), 'PHASE1_STRANGER', 0 FROM score_ledger GROUP BY user_id""",
    """INSERT INTO topic_metrics (user_id, topic_id, score, turns, friendship_level, agents_used)
       SELECT user_id, topic_id, sum(change), sum(turns), 'PHASE1_STRANGER', ARRAY['bot_17']
       FROM score_ledger GROUP BY user_id, topic_id""",
    "VACUUM ANALYZE",
)


def _fill(url: str, gigabytes: float) -> None:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        first = 1
        while _size(connection) < gigabytes * GIGABYTE:
            last = first + CONVERSATIONS_AT_A_TIME - 1
            connection.execute(FILL.encode(), {"first": first, "last": last})
            first = last + 1
        for statement in SUM_UP:
            connection.execute(statement.encode())
        print(f"database: {_size(connection) / GIGABYTE:.2f} GB, {first - 1} conversations", flush=True)


def _size(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(str(found[0])) if found else 0


def _command(url: str, *arguments: str) -> None:
    environment: Mapping[str, str] = {**os.environ, "DATABASE_URL": url}
    program = Path(sys.executable).with_name("context-handling")
    began = time.perf_counter()
    told = subprocess.run((program, *arguments), env=environment, check=True, capture_output=True, text=True).stdout
    took = time.perf_counter() - began
    print(f"{arguments[0]}: {took:.1f} s\n  " + told.strip().replace("\n", "\n  "), flush=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gigabytes", type=float, default=1.0, help="size of the database")
    wanted = options.parse_args()
    with postgres_server(durable=True) as server, TemporaryDirectory() as directory:
        print(this_machine(server_version(server)), flush=True)
        with fresh_database(server, "benchmark_backup") as url:
            migrate(url)
            _fill(url, wanted.gigabytes)
            _command(url, "backup", "--to", directory)
            dump = next(Path(directory).glob("*.dump"))
            print(f"dump: {dump.stat().st_size / GIGABYTE:.2f} GB", flush=True)
        with fresh_database(server, "benchmark_restore") as url:
            _command(url, "restore", "--from", directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
