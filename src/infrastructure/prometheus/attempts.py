from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram

# Seconds; an analysis may take 180.
ATTEMPT_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0)
# Seconds; 300 is what is promised of 99 in a hundred events, an hour is beyond what is of interest.
END_TO_END_BUCKETS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0)


@dataclass(slots=True, kw_only=True)
class AttemptMetrics:
    registry: CollectorRegistry
    outcomes: tuple[str, ...]
    """Those that may happen; told as 0 before they do."""
    earlier_failures: tuple[str, ...]
    """The same."""
    _attempts: Counter = field(init=False)
    _seconds: Histogram = field(init=False)
    _end_to_end: Histogram = field(init=False)

    def __post_init__(self) -> None:
        self._attempts = Counter(
            "event_attempts", "Attempts at scoring, by how they ended.", ("outcome",), registry=self.registry
        )
        for outcome in self.outcomes:
            self._attempts.labels(outcome)
        self._seconds = Histogram(
            "event_attempt_duration_seconds",
            "From the claim of an event to its outcome.",
            buckets=ATTEMPT_BUCKETS,
            registry=self.registry,
        )
        self._end_to_end = Histogram(
            "event_end_to_end_seconds",
            "From accepting an event to having processed it, retries included; by why it had to be tried again.",
            ("earlier_failure",),
            buckets=END_TO_END_BUCKETS,
            registry=self.registry,
        )
        for failure in self.earlier_failures:
            self._end_to_end.labels(failure)

    def attempted(self, outcome: str, seconds: float) -> None:
        self._attempts.labels(outcome).inc()
        self._seconds.observe(seconds)

    def processed(self, seconds: float, earlier_failure: str) -> None:
        self._end_to_end.labels(earlier_failure).observe(seconds)
