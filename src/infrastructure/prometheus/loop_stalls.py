from collections.abc import Callable

from prometheus_client import CollectorRegistry, Histogram

# Seconds; 0.01 is what is promised of all but one wait in a hundred.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


def loop_stalls(registry: CollectorRegistry) -> Callable[[float], None]:
    """Takes the seconds of one wait for a turn of the event loop."""
    histogram = Histogram(
        "event_loop_stall_seconds",
        "How much later than asked for the event loop woke a sleeper; asked a hundred times a second.",
        buckets=BUCKETS,
        registry=registry,
    )
    return histogram.observe
