"""The highest rate that is sustained: raised in steps until it is not, then narrowed down between the two."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.results import Measurement

FIRST_RATE = 200.0
_FACTOR = 1.5
_HIGHEST_RATE = 10_000.0
_NARROWING_STEPS = 3
_LIMIT_P99_MS = 1000.0
_KEPT_UP = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    rate: float
    measurement: Measurement

    @property
    def is_sustained(self) -> bool:
        """A queue that grows slowly would pass the limit on p99 in a short step: the rate itself must be kept, too."""
        outcome = self.measurement.finished.outcomes[0]
        return (
            not self.measurement.errors
            and outcome.latency is not None
            and outcome.latency.p99_ms <= _LIMIT_P99_MS
            and outcome.achieved_rps >= _KEPT_UP * self.rate
        )


def search(attempt: Callable[[float], Measurement], *, first: float = FIRST_RATE) -> Iterator[Step]:
    sustained, rate = 0.0, first
    while rate <= _HIGHEST_RATE:
        step = Step(rate=rate, measurement=attempt(rate))
        yield step
        if not step.is_sustained:
            yield from _narrow(attempt, sustained, rate)
            return
        sustained, rate = rate, round(rate * _FACTOR)


def _narrow(attempt: Callable[[float], Measurement], sustained: float, too_much: float) -> Iterator[Step]:
    for _ in range(_NARROWING_STEPS):
        rate = float(round((sustained + too_much) / 2))
        step = Step(rate=rate, measurement=attempt(rate))
        yield step
        sustained, too_much = (rate, too_much) if step.is_sustained else (sustained, rate)
