import pytest

from benchmarks.capacity import Step, search
from benchmarks.messages import Finished, Latency, Outcome
from benchmarks.results import Measurement


def measured(rate: float, *, achieved: float | None = None, p99_ms: float = 20, failed: int = 0) -> Measurement:
    outcome = Outcome(
        name="accept",
        offered_rps=rate,
        achieved_rps=rate if achieved is None else achieved,
        succeeded=1000,
        latency=Latency(p50_ms=10, p95_ms=15, p99_ms=p99_ms, max_ms=p99_ms),
        errors={"http 503": failed} if failed else {},
    )
    return Measurement(finished=Finished(outcomes=[outcome]), usage={})


def service_that_takes(limit: float, rate: float) -> Measurement:
    return measured(rate, p99_ms=20 if rate <= limit else 3000)


@pytest.mark.parametrize("limit", [250, 777, 1300, 4000])
def test_the_limit_is_found_within_a_few_percent(limit: float) -> None:
    steps = list(search(lambda rate: service_that_takes(limit, rate)))

    highest = max(step.rate for step in steps if step.is_sustained)
    assert 0.93 * limit <= highest <= limit


def test_a_service_that_takes_everything_ends_the_search_too() -> None:
    steps = list(search(measured))

    assert all(step.is_sustained for step in steps)
    assert len(steps) < 15


def test_a_service_that_takes_nothing_is_asked_for_less() -> None:
    steps = list(search(lambda rate: measured(rate, failed=1)))

    assert [step.rate for step in steps] == [200, 100, 50, 25]


@pytest.mark.parametrize(
    "measurement", [measured(100, failed=1), measured(100, p99_ms=1001), measured(100, achieved=96)]
)
def test_what_is_not_sustained(measurement: Measurement) -> None:
    assert not Step(rate=100, measurement=measurement).is_sustained
