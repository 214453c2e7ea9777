import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from application.errors import DependencyUnavailable
from entrypoints.consumer.maintenance import Chore
from infrastructure.resilience.supervisor import supervised
from infrastructure.system.dice import RandomDiceFactory

LONG = timedelta(hours=1)
SHORT = timedelta(milliseconds=1)


@dataclass(slots=True, kw_only=True)
class Work:
    """Does what it is told to, then nothing more."""

    results: Sequence[int | Exception]
    done: int = 0
    all_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> int:
        result = self.results[self.done] if self.done < len(self.results) else 0
        self.done += 1
        if self.done >= len(self.results):
            self.all_done.set()
        if isinstance(result, Exception):
            raise result
        return result


async def test_a_full_batch_is_followed_by_the_next_at_once() -> None:
    work = Work(results=[25, 25, 7])

    await _run(work, full_batch=25, interval=LONG)

    assert work.done == 3


async def test_work_that_is_all_done_waits_for_its_interval() -> None:
    work = Work(results=[1000])

    await _run(work, full_batch=None, interval=LONG)

    assert work.done == 1


async def test_it_is_done_again_and_again() -> None:
    work = Work(results=[0] * 10)

    await _run(work, full_batch=25, interval=SHORT)

    assert work.done >= 10


async def test_a_dependency_that_is_away_puts_it_off_until_the_next_time() -> None:
    work = Work(results=[DependencyUnavailable("away"), 3])

    await _run(work, full_batch=25, interval=SHORT)

    assert work.done >= 2


async def _run(work: Work, *, full_batch: int | None, interval: timedelta) -> None:
    """Until everything is done, and a little longer."""
    chore = Chore(name="chore", work=work, full_batch=full_batch, dice=RandomDiceFactory(), interval=interval)
    async with supervised("chore", chore.run):
        await asyncio.wait_for(work.all_done.wait(), 10)
        await asyncio.sleep(0.02)
