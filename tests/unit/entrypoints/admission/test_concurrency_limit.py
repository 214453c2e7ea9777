from datetime import timedelta

from entrypoints.http.admission.concurrency_limit import FIRST, INTERVAL, LARGEST, SMALLEST, TARGET, ConcurrencyLimit


class World:
    """A loop that lags as told, looked at once an interval."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lag = timedelta()
        self.limit = ConcurrencyLimit(standing_lag=lambda _: self.lag.total_seconds(), monotonic=lambda: self.now)

    def pass_intervals(self, number: int, *, in_flight: int) -> int:
        for _ in range(number):
            self.now += INTERVAL.total_seconds()
            self.limit.look(in_flight)
        return self.limit.value


def test_a_limit_that_nobody_reaches_stays() -> None:
    assert World().pass_intervals(50, in_flight=5) == FIRST


def test_a_limit_that_is_reached_without_harm_rises_up_to_a_bound() -> None:
    world = World()

    assert FIRST < world.pass_intervals(2, in_flight=LARGEST) < LARGEST
    assert world.pass_intervals(1000, in_flight=LARGEST) == LARGEST


def test_while_everybody_waits_it_falls_to_a_floor() -> None:
    world = World()
    world.lag = 2 * TARGET

    assert world.pass_intervals(1, in_flight=FIRST) < FIRST
    assert world.pass_intervals(1000, in_flight=FIRST) == SMALLEST


def test_it_falls_from_what_there_was_not_from_what_was_allowed() -> None:
    world = World()
    world.pass_intervals(1, in_flight=60)
    world.lag = 2 * TARGET

    assert world.pass_intervals(1, in_flight=60) < 60


def test_a_busy_machine_with_few_requests_is_none_of_their_fault() -> None:
    world = World()
    world.lag = 2 * TARGET

    assert world.pass_intervals(100, in_flight=SMALLEST) == FIRST


def test_it_changes_once_an_interval_however_many_ask() -> None:
    world = World()
    world.lag = 2 * TARGET
    first = world.pass_intervals(1, in_flight=FIRST)

    for _ in range(100):
        world.limit.look(FIRST)

    assert world.limit.value == first


def test_what_a_bad_moment_took_comes_back() -> None:
    world = World()
    world.lag = 2 * TARGET
    low = world.pass_intervals(20, in_flight=FIRST)
    world.lag = timedelta()

    assert world.pass_intervals(10, in_flight=1) > low
