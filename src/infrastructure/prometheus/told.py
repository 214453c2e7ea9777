from collections.abc import Callable, Iterable
from itertools import product

from prometheus_client import CollectorRegistry, Counter


def alerts_counted(
    registry: CollectorRegistry, kinds: Iterable[tuple[str, str]], outcomes: Iterable[str]
) -> Callable[[str, str, str, int], None]:
    """Takes type, level and outcome of alerts, and how many. What may happen is told as 0 before."""
    counter = Counter("alerts", "Alerts, by what became of them.", ("type", "level", "outcome"), registry=registry)
    for (kind, level), outcome in product(kinds, outcomes):
        counter.labels(kind, level, outcome)

    def counted(kind: str, level: str, outcome: str, number: int) -> None:
        counter.labels(kind, level, outcome).inc(number)

    return counted


def dead_letters_counted(registry: CollectorRegistry, reasons: Iterable[str]) -> Callable[[str], None]:
    """Takes the reason, one of a few. What may happen is told as 0 before: a first time is an increase, too."""
    counter = Counter("dead_letters", "Messages put away for a person.", ("reason",), registry=registry)
    for reason in reasons:
        counter.labels(reason)
    return lambda reason: counter.labels(reason).inc()
