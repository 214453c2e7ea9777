import asyncio

import pytest

from infrastructure.resilience.byte_budget import EXPANSION, ByteBudget


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


async def test_logs_that_fit_are_held_at_once_and_the_next_waits() -> None:
    budget = ByteBudget(capacity_bytes=20 * EXPANSION)
    first, second, third = (Holder(budget, 10) for _ in range(3))
    await settle()
    assert (first.holding.is_set(), second.holding.is_set(), third.holding.is_set()) == (True, True, False)
    await first.let_go()
    await settle()
    assert third.holding.is_set()
    await second.let_go()
    await third.let_go()
    assert budget.in_use_bytes == 0


async def test_a_log_larger_than_everything_gets_it_all_to_itself() -> None:
    budget = ByteBudget(capacity_bytes=10)
    giant = Holder(budget, 10_000)
    small = Holder(budget, 1)
    await settle()
    assert (giant.holding.is_set(), small.holding.is_set()) == (True, False)
    await giant.let_go()
    await small.let_go()


async def test_a_small_log_does_not_overtake_a_large_one_for_ever() -> None:
    budget = ByteBudget(capacity_bytes=10 * EXPANSION)
    first, large, small = Holder(budget, 5), Holder(budget, 10), Holder(budget, 1)
    await settle()
    assert (large.holding.is_set(), small.holding.is_set()) == (False, False)
    await first.let_go()
    await settle()
    assert (large.holding.is_set(), small.holding.is_set()) == (True, False)
    await large.let_go()
    await small.let_go()


async def test_whoever_gives_up_waiting_keeps_nothing_and_lets_others_in() -> None:
    budget = ByteBudget(capacity_bytes=10 * EXPANSION)
    first, impatient, patient = Holder(budget, 6), Holder(budget, 10), Holder(budget, 4)
    await settle()
    impatient.task.cancel()
    await settle()
    assert patient.holding.is_set()
    await first.let_go()
    await patient.let_go()
    assert budget.in_use_bytes == 0


async def test_whoever_is_cancelled_at_the_moment_of_its_turn_gives_it_back() -> None:
    budget = ByteBudget(capacity_bytes=10 * EXPANSION)
    first, second = Holder(budget, 10), Holder(budget, 10)
    await settle()
    await first.let_go()
    second.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second.task
    assert budget.in_use_bytes == 0
