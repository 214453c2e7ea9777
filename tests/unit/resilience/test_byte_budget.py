import asyncio

import pytest

from application.errors import NoRoom
from infrastructure.resilience.byte_budget import EXPANSION, SMALL_LOG_BYTES, ByteBudget

LARGE = 10 * SMALL_LOG_BYTES


class Holder:
    """Holds a share of a budget until it is told to let go."""

    def __init__(self, budget: ByteBudget, log_bytes: int) -> None:
        self.holding = asyncio.Event()
        self._let_go = asyncio.Event()
        self.task = asyncio.create_task(self._hold(budget, log_bytes))

    async def _hold(self, budget: ByteBudget, log_bytes: int) -> None:
        async with budget.reserved(log_bytes):
            self.holding.set()
            await self._let_go.wait()

    async def let_go(self) -> None:
        self._let_go.set()
        await self.task


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def a_budget(*, large_logs: int) -> ByteBudget:
    return ByteBudget(capacity_bytes=large_logs * LARGE * EXPANSION)


async def test_logs_that_fit_are_held_at_once_and_the_next_waits() -> None:
    budget = a_budget(large_logs=2)
    first, second, third = (Holder(budget, LARGE) for _ in range(3))
    await settle()
    assert (first.holding.is_set(), second.holding.is_set(), third.holding.is_set()) == (True, True, False)
    await first.let_go()
    await settle()
    assert third.holding.is_set()
    await second.let_go()
    await third.let_go()
    assert budget.in_use_bytes == 0


async def test_only_one_may_wait() -> None:
    budget = a_budget(large_logs=1)
    first, waiting = Holder(budget, LARGE), Holder(budget, LARGE)
    await settle()
    with pytest.raises(NoRoom):
        await Holder(budget, LARGE).task
    await first.let_go()
    await waiting.let_go()
    assert budget.in_use_bytes == 0


async def test_a_small_log_never_waits() -> None:
    budget = a_budget(large_logs=1)
    first, waiting, small = Holder(budget, LARGE), Holder(budget, LARGE), Holder(budget, SMALL_LOG_BYTES)
    await settle()
    assert (waiting.holding.is_set(), small.holding.is_set()) == (False, True)
    for holder in (small, first, waiting):
        await holder.let_go()


async def test_a_log_larger_than_everything_gets_it_all_to_itself() -> None:
    budget = a_budget(large_logs=1)
    giant, large = Holder(budget, 100 * LARGE), Holder(budget, LARGE)
    await settle()
    assert (giant.holding.is_set(), large.holding.is_set()) == (True, False)
    await giant.let_go()
    await large.let_go()


async def test_whoever_gives_up_waiting_keeps_nothing_and_leaves_the_place_to_others() -> None:
    budget = a_budget(large_logs=1)
    first, impatient = Holder(budget, LARGE), Holder(budget, LARGE)
    await settle()
    impatient.task.cancel()
    await settle()
    patient = Holder(budget, LARGE)
    await first.let_go()
    await patient.let_go()
    assert budget.in_use_bytes == 0


async def test_whoever_is_cancelled_at_the_moment_of_its_turn_gives_it_back() -> None:
    budget = a_budget(large_logs=1)
    first, second = Holder(budget, LARGE), Holder(budget, LARGE)
    await settle()
    await first.let_go()
    second.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second.task
    assert budget.in_use_bytes == 0
