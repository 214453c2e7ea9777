import asyncio
import time
from datetime import timedelta

from infrastructure.resilience.supervisor import supervised
from infrastructure.system.loop_lag import LoopLag

SECOND = timedelta(seconds=1)


class World:
    """A sleeper that wakes late by what is said, in a time of its own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lag = LoopLag(interval=timedelta(seconds=0.01), monotonic=lambda: self.now)
        self.lag.expect()

    def wake(self, *, late: float) -> None:
        self.now += 0.01 + late
        self.lag.note()
        self.lag.expect()


def test_what_everybody_waited_is_the_least_of_what_was_measured() -> None:
    world = World()
    for late in (0.030, 0.020, 0.040):
        world.wake(late=late)

    assert round(world.lag.least(timedelta(seconds=0.1)), 3) == 0.020


def test_one_stall_between_quiet_moments_is_no_standing_lag() -> None:
    world = World()
    for late in (0.0, 0.500, 0.0):
        world.wake(late=late)

    assert world.lag.least(SECOND) < 0.001
    assert round(world.lag.quantile(1.0), 3) == 0.500


def test_a_sleeper_that_does_not_wake_at_all_counts_as_late() -> None:
    world = World()

    world.now += 3

    assert world.lag.least(SECOND) > 2


def test_quantiles_are_those_of_all_that_is_remembered() -> None:
    world = World()
    for hundredth in range(100):
        world.wake(late=hundredth / 100)

    assert round(world.lag.quantile(0.5), 2) == 0.5
    assert round(world.lag.quantile(0.99), 2) == 0.99


def test_nothing_measured_is_no_lag() -> None:
    assert LoopLag().least(SECOND) == 0
    assert LoopLag().quantile(0.99) == 0


async def test_a_loop_that_is_held_up_is_noticed() -> None:
    lag = LoopLag()
    async with supervised("lag", lag.watch):
        await asyncio.sleep(0.05)
        time.sleep(0.2)  # noqa: ASYNC251 - what must never happen
        await asyncio.sleep(0.05)

    assert lag.quantile(1.0) > 0.1
