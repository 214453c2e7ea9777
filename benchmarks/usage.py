"""What processes cost, counted over whole trees of them."""

from dataclasses import dataclass

import psutil

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Mean number of cores in use, and resident memory in MB."""

    cpu_cores: float
    rss_mb_at_first: float
    rss_mb: float
    peak_rss_mb: float


def _resident(processes: list[psutil.Process]) -> float:
    """Pages that a tree shares count once (the largest share): PostgreSQL's buffers show up in each of its backends."""
    private, largest_share = 0, 0
    for process in processes:
        try:
            memory = process.memory_info()
        except psutil.Error:
            continue
        shared = getattr(memory, "shared", 0)
        private += memory.rss - shared
        largest_share = max(largest_share, shared)
    return (private + largest_share) / _MEGABYTE


def tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


class MachineMeter:
    """Cores in use by everyone on the machine."""

    def __init__(self) -> None:
        self._first = self._busy_seconds()

    @staticmethod
    def _busy_seconds() -> float:
        times = psutil.cpu_times()
        return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))

    def cores(self, seconds: float) -> float:
        return (self._busy_seconds() - self._first) / max(seconds, 0.001)


class TreeMeter:
    """Sample it now and then: what a child used between the last sample and its end is not seen."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._rss_mb = self._rss_mb_at_first = 0.0
        self._peak_rss_mb = 0.0

    def begin(self) -> None:
        """Processes born after this count from their birth on."""
        self._peak_rss_mb = 0.0
        self._last.clear()
        self.sample()
        self._first = dict(self._last)
        self._rss_mb_at_first = self._rss_mb

    def sample(self) -> None:
        processes = tree(self._pid)
        for process in processes:
            self._read_cpu(process)
        if processes:
            self._rss_mb = _resident(processes)
            self._peak_rss_mb = max(self._peak_rss_mb, self._rss_mb)

    def _read_cpu(self, process: psutil.Process) -> None:
        try:
            times = process.cpu_times()
        except psutil.Error:
            return
        self._last[process.pid] = times.user + times.system

    def usage(self, seconds: float) -> Usage:
        spent = sum(last - self._first.get(pid, 0.0) for pid, last in self._last.items())
        return Usage(
            cpu_cores=round(spent / max(seconds, 0.001), 3),
            rss_mb_at_first=round(self._rss_mb_at_first, 1),
            rss_mb=round(self._rss_mb, 1),
            peak_rss_mb=round(self._peak_rss_mb, 1),
        )
