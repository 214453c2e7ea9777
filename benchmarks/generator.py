"""The load generator as a process of its own: ``python -m benchmarks.generator`` with a job on stdin."""

import asyncio
import gc
import sys
import time

import msgspec
import uvloop

from benchmarks.lines import tell
from benchmarks.messages import Finished, LoadJob, Measuring, Tick
from benchmarks.open_loop import OpenLoop
from benchmarks.payload import request_maker
from benchmarks.percentile import nearest_rank
from benchmarks.schedule import plan

_TICK_SECONDS = 0.5
# Time to open the connections before the first request is due.
_HEAD_START_SECONDS = 0.5


def _tick(load: OpenLoop, since: float) -> Tick:
    finished = sum(recorder.counts[0] for recorder in load.recorders)
    failed = sum(recorder.counts[1] for recorder in load.recorders)
    return Tick(seconds=time.perf_counter() - since, finished=finished, failed=failed, waiting=load.waiting)


async def _report(load: OpenLoop, measured_from: float) -> None:
    await asyncio.sleep(max(measured_from - time.perf_counter(), 0))
    tell(Measuring())
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        tell(_tick(load, measured_from))


def _finished(job: LoadJob, load: OpenLoop) -> Finished:
    outcomes = [
        recorder.outcome(offered_rps=stream.rate, seconds=job.seconds)
        for recorder, stream in zip(load.recorders, job.streams, strict=True)
    ]
    lag = nearest_rank(sorted(load.lags_ms), 0.99) if load.lags_ms else 0.0
    return Finished(outcomes=outcomes, lag_p99_ms=round(lag, 3))


async def generate(job: LoadJob) -> Finished:
    makers = [request_maker(stream, run=job.run, token=job.token) for stream in job.streams]
    starts = plan((stream.rate for stream in job.streams), job.warm_up_seconds + job.seconds, job.seed)
    # Nothing here makes cycles, and a collection would look like a stall of the service.
    gc.freeze()
    gc.disable()
    began = time.perf_counter() + _HEAD_START_SECONDS
    load = OpenLoop(job, starts, makers, began)
    reporter = asyncio.create_task(_report(load, began + job.warm_up_seconds))
    try:
        await load.run()
    finally:
        reporter.cancel()
    return _finished(job, load)


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=LoadJob)
    tell(uvloop.run(generate(job)))


if __name__ == "__main__":
    main()
