import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from benchmarks.errors import CannotRun
from benchmarks.messages import MESSAGES, Finished, FloorJob, LoadJob, Measuring, Message, Tick
from benchmarks.processes import last_lines, stop_tree
from benchmarks.results import Measurement
from benchmarks.usage import MachineMeter, TreeMeter

Watcher = Callable[[Tick], None]

_ROOT = Path(__file__).resolve().parent.parent
# Reading its job, making the payloads and counting the samples, beside the time that the job says.
_GRACE_SECONDS = 30.0


def _module(job: LoadJob | FloorJob) -> str:
    return "benchmarks.generator" if isinstance(job, LoadJob) else "benchmarks.floor"


def _limit_seconds(job: LoadJob | FloorJob) -> float:
    drain = job.drain_seconds if isinstance(job, LoadJob) else 0
    return job.warm_up_seconds + job.seconds + drain + _GRACE_SECONDS


class _Measuring:
    """Samples whenever the measuring process tells something, which is twice a second."""

    def __init__(self, pids: Mapping[str, int], watch: Watcher) -> None:
        self._meters = {name: TreeMeter(pid) for name, pid in pids.items()}
        self._watch = watch
        self._machine = MachineMeter()
        self._began = 0.0

    def hear(self, message: Message) -> Measurement | None:
        if isinstance(message, Measuring):
            self._begin()
            return None
        for meter in self._meters.values():
            meter.sample()
        if isinstance(message, Finished):
            return self._measurement(message)
        self._watch(message)
        return None

    def _begin(self) -> None:
        self._began = time.monotonic()
        self._machine = MachineMeter()
        for meter in self._meters.values():
            meter.begin()

    def _measurement(self, finished: Finished) -> Measurement:
        seconds = time.monotonic() - self._began
        usage = {name: meter.usage(seconds) for name, meter in self._meters.items()}
        ours = sum(used.cpu_cores for used in usage.values())
        others = max(round(self._machine.cores(seconds) - ours, 3), 0)
        return Measurement(finished=finished, usage=usage, other_cores=others)


def _start(job: LoadJob | FloorJob, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", _module(job)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )


def _listen(process: subprocess.Popen[bytes], job: LoadJob | FloorJob, measuring: _Measuring) -> Measurement | None:
    if process.stdin is None or process.stdout is None:
        raise CannotRun("the measuring process has no pipes")
    with process.stdin as stdin:
        stdin.write(msgspec.json.encode(job))
    for line in process.stdout:
        measurement = measuring.hear(MESSAGES.decode(line))
        if measurement is not None:
            return measurement
    return None


def measure(job: LoadJob | FloorJob, *, pids: Mapping[str, int], directory: Path, watch: Watcher) -> Measurement:
    log = directory / "generator.log"
    process = _start(job, log)
    limit = threading.Timer(_limit_seconds(job), process.kill)
    limit.start()
    try:
        measuring = _Measuring({**pids, "generator": process.pid}, watch)
        measurement = _listen(process, job, measuring)
    finally:
        limit.cancel()
        stop_tree(process, 5)
    if measurement is None:
        raise CannotRun(f"the measuring process ended without a result:\n{last_lines(log)}")
    return measurement
