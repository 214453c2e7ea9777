from datetime import UTC, timedelta

import pytest

from application.ports.clock import Clock
from infrastructure.in_memory.clock import FakeClock
from infrastructure.system.clock import SystemClock


@pytest.mark.parametrize("clock", [FakeClock(), SystemClock()], ids=["in_memory", "system"])
def test_a_clock_tells_the_time_in_utc_and_never_goes_back(clock: Clock) -> None:
    first, second = clock.now(), clock.now()

    assert first.tzinfo is UTC
    assert first <= second


def test_a_fake_clock_stands_still_until_it_is_told_to_move() -> None:
    clock = FakeClock()
    began = clock.now()

    clock.advance(timedelta(hours=6))

    assert clock.now() - began == timedelta(hours=6)
