import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from application.errors import DependencyUnavailable
from application.ports.dice_factory import DiceFactory
from entrypoints.bootstrap.container import Container
from infrastructure.resilience.supervisor import supervised

log = structlog.get_logger("maintenance")
MOVE_EVERY = timedelta(seconds=30)
FORGET_EVERY = timedelta(minutes=1)
COLLECT_EVERY = timedelta(minutes=15)
JITTER = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Work that may be done at any time by anybody: again at once while there is more, else once an interval."""

    name: str
    work: Callable[[], Awaitable[int]]
    """Says how much it did. Raises DependencyUnavailable."""
    full_batch: int | None
    """Did it do so much, there may be more. None: it did all there was."""
    dice: DiceFactory
    interval: timedelta

    async def run(self) -> None:
        while True:
            done = await self._work()
            if self.full_batch is None or done < self.full_batch:
                # Several processes started together must not do it together for ever.
                await asyncio.sleep(self.interval.total_seconds() * (1 + JITTER * self.dice.draw()))

    async def _work(self) -> int:
        try:
            done = await self.work()
        except DependencyUnavailable as error:
            log.warning("chore put off", chore=self.name, reason=str(error))
            return 0
        if done:
            log.info("chore done", chore=self.name, count=done)
        return done


@asynccontextmanager
async def maintaining(
    container: Container,
    *,
    move_every: timedelta = MOVE_EVERY,
    collect_every: timedelta = COLLECT_EVERY,
    forget_every: timedelta = FORGET_EVERY,
) -> AsyncIterator[None]:
    """Brings logs where they belong, and deletes those of no event and those that are old, as far as is configured."""
    logs, dice = container.logs(), container.dice()
    async with AsyncExitStack() as stack:
        if logs.preferred != logs.fallback:
            move = container.move_logs()
            full = move.batch_size
            mover = Chore(name="move logs", work=move, full_batch=full, dice=dice, interval=move_every)
            await stack.enter_async_context(supervised(mover.name, mover.run, container.alerts()))
        if container.settings().log_store.retention_days is not None:
            forget = container.forget_old_logs()
            full = forget.batch_size
            forgetter = Chore(name="forget old logs", work=forget, full_batch=full, dice=dice, interval=forget_every)
            await stack.enter_async_context(supervised(forgetter.name, forgetter.run, container.alerts()))
        offers = container.forget_old_offers()
        full = offers.batch_size
        chore = Chore(name="forget old offers", work=offers, full_batch=full, dice=dice, interval=forget_every)
        await stack.enter_async_context(supervised(chore.name, chore.run, container.alerts()))
        if len(logs.stores) > 1:
            collect = container.collect_orphaned_logs()
            name = "collect orphaned logs"
            collector = Chore(name=name, work=collect, full_batch=None, dice=dice, interval=collect_every)
            await stack.enter_async_context(supervised(collector.name, collector.run, container.alerts()))
        yield
