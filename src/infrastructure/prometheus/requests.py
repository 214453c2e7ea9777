from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# Seconds; 0.2 and 0.5 are what the objectives for suggestions and posts ask for.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
LABELS = ("method", "route", "status")
Tell = Callable[[float], None]
"""One answer that took so many seconds."""


@dataclass(slots=True, kw_only=True)
class RequestMetrics:
    """Counts requests. Whoever calls sees to it that there are only so many methods, routes, statuses and reasons."""

    registry: CollectorRegistry
    _requests: Counter = field(init=False)
    _seconds: Histogram = field(init=False)
    _shed: Counter = field(init=False)
    _rate_limited: Counter = field(init=False)
    _in_flight: int = 0
    _tellers: dict[tuple[str, str, int], Tell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._requests = Counter("http_requests", "Answered requests.", LABELS, registry=self.registry)
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "From the last byte a caller sent to the first of the answer.",
            LABELS,
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._shed = Counter(
            "requests_shed", "Requests turned away to keep the others quick.", ("reason",), registry=self.registry
        )
        self._rate_limited = Counter(
            "rate_limited_requests", "Requests of callers who called too often.", registry=self.registry
        )
        in_flight = Gauge("http_requests_in_flight", "Requests begun and not ended.", registry=self.registry)
        in_flight.set_function(lambda: self._in_flight)

    def began(self) -> None:
        self._in_flight += 1

    def ended(self) -> None:
        self._in_flight -= 1

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        key = method, route, status
        tell = self._tellers.get(key)
        if tell is None:
            tell = self._tellers[key] = self._teller(method, route, str(status))
        tell(seconds)

    def shed(self, reason: str) -> None:
        self._shed.labels(reason).inc()

    def rate_limited(self) -> None:
        self._rate_limited.inc()

    def _teller(self, *labels: str) -> Tell:
        """Finding a series by its labels costs more than counting in it, so it is done once."""
        count, observe = self._requests.labels(*labels).inc, self._seconds.labels(*labels).observe

        def tell(seconds: float) -> None:
            count()
            observe(seconds)

        return tell
