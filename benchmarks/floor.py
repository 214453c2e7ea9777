"""The floor below the service: the same bytes written with nothing in between.

A process of its own, ``python -m benchmarks.floor`` with a job on stdin: a closed loop of INSERTs, one per commit.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator

import msgspec
import psycopg
import uvloop
import zstandard

from benchmarks.conversation import conversation_log
from benchmarks.lines import tell
from benchmarks.messages import Finished, FloorJob, Measuring, Tick
from benchmarks.payload import USERS, user_id
from benchmarks.recorder import Recorder

_TICK_SECONDS = 0.5
_VARIANTS = 8
_ZSTD_LEVEL = 3
_SCRATCH = """
DROP TABLE IF EXISTS benchmark_scratch;
CREATE TABLE benchmark_scratch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id text NOT NULL UNIQUE,
    user_id text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING',
    created_at timestamptz NOT NULL DEFAULT now(),
    log bytea
);
ALTER TABLE benchmark_scratch ALTER COLUMN log SET STORAGE EXTERNAL
"""
_INSERT = "INSERT INTO benchmark_scratch (conversation_id, user_id, log) VALUES (%s, %s, %b)"

Connection = psycopg.AsyncConnection[tuple[object, ...]]


def _logs(size: int) -> list[bytes | None]:
    if not size:
        return [None]
    compress = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress
    return [compress(conversation_log(size, seed)) for seed in range(_VARIANTS)]


async def _write(connection: Connection, numbers: Iterator[int], logs: list[bytes | None], recorder: Recorder) -> None:
    while True:
        number = next(numbers)
        started = time.perf_counter()
        row = (f"floor_{number:08d}", user_id(number % USERS), logs[number % len(logs)])
        try:
            await connection.execute(_INSERT, row)
        except psycopg.Error as error:
            recorder.failed(started, type(error).__name__)
            return
        recorder.succeeded(started, time.perf_counter())


async def _tick_for(seconds: float, recorder: Recorder) -> None:
    began = time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        finished, failed = recorder.counts
        tell(Tick(seconds=elapsed, finished=finished, failed=failed, waiting=0))
        await asyncio.sleep(_TICK_SECONDS)


async def _connect(job: FloorJob) -> list[Connection]:
    async with await psycopg.AsyncConnection.connect(job.database_url, autocommit=True) as connection:
        await connection.execute(_SCRATCH)
    return [await psycopg.AsyncConnection.connect(job.database_url, autocommit=True) for _ in range(job.clients)]


async def _measure(job: FloorJob, connections: list[Connection]) -> Finished:
    numbers = itertools.count()
    logs = _logs(job.size)
    recorder = Recorder(name=job.name, since=time.perf_counter() + job.warm_up_seconds)
    writers = [asyncio.create_task(_write(connection, numbers, logs, recorder)) for connection in connections]
    await asyncio.sleep(job.warm_up_seconds)
    tell(Measuring())
    await _tick_for(job.seconds, recorder)
    outcome = recorder.outcome(offered_rps=None, seconds=job.seconds)
    for writer in writers:
        writer.cancel()
    await asyncio.gather(*writers, return_exceptions=True)
    return Finished(outcomes=[outcome])


async def run(job: FloorJob) -> Finished:
    connections = await _connect(job)
    try:
        return await _measure(job, connections)
    finally:
        await asyncio.gather(*(connection.close() for connection in connections))


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=FloorJob)
    tell(uvloop.run(run(job)))


if __name__ == "__main__":
    main()
