from array import array
from collections import Counter
from collections.abc import Iterable

from benchmarks.messages import Latency, Outcome
from benchmarks.percentile import nearest_rank


def latency_of(samples_ms: Iterable[float]) -> Latency | None:
    ordered = sorted(samples_ms)
    if not ordered:
        return None
    p50, p95, p99 = (round(nearest_rank(ordered, fraction), 3) for fraction in (0.5, 0.95, 0.99))
    return Latency(p50_ms=p50, p95_ms=p95, p99_ms=p99, max_ms=round(ordered[-1], 3))


class Recorder:
    """Keeps every sample of one stream; requests that were due before ``since`` are warm-up and not counted."""

    def __init__(self, *, name: str, since: float) -> None:
        self._name = name
        self._since = since
        self._last = since
        self._latencies_ms = array("d")
        self._refusals_ms = array("d")
        self._errors: Counter[str] = Counter()

    def succeeded(self, due: float, now: float) -> None:
        if due >= self._since:
            self._latencies_ms.append((now - due) * 1000)
            self._last = now

    def failed(self, due: float, kind: str) -> None:
        if due >= self._since:
            self._errors[kind] += 1

    def refused(self, due: float, kind: str, *, after_seconds: float) -> None:
        """An answer, though none that was hoped for, ``after_seconds`` since the request was sent."""
        self.failed(due, kind)
        if due >= self._since:
            self._refusals_ms.append(after_seconds * 1000)

    @property
    def counts(self) -> tuple[int, int]:
        return len(self._latencies_ms), self._errors.total()

    def outcome(self, *, offered_rps: float | None, seconds: float) -> Outcome:
        """The rate achieved is over the time until the last answer, or a queue worked off late would look sustained."""
        return Outcome(
            name=self._name,
            offered_rps=offered_rps,
            achieved_rps=round(len(self._latencies_ms) / max(seconds, self._last - self._since), 2),
            succeeded=len(self._latencies_ms),
            latency=latency_of(self._latencies_ms),
            errors=dict(self._errors),
            refusals=latency_of(self._refusals_ms),
        )
