from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram

# Seconds; from the offline rules to the memory service at its worst.
BUCKETS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 45.0, 60.0, 120.0)


def analysis_durations(registry: CollectorRegistry) -> Callable[[str, str, str, float], None]:
    """Takes component, provider, outcome and seconds."""
    histogram = Histogram(
        "analysis_duration_seconds",
        "What one part of an analysis took, retries included.",
        ("component", "provider", "outcome"),
        buckets=BUCKETS,
        registry=registry,
    )

    def measured(component: str, provider: str, outcome: str, seconds: float) -> None:
        histogram.labels(component, provider, outcome).observe(seconds)

    return measured


def llm_tokens(registry: CollectorRegistry) -> Callable[[str, int], None]:
    """Takes a kind of tokens, and how many."""
    counter = Counter("llm_tokens", "Tokens that the language model used.", ("kind",), registry=registry)

    def used(kind: str, number: int) -> None:
        counter.labels(kind).inc(number)

    return used
