import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from application.errors import DependencyUnavailable
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.event import ConversationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseKeeper:
    """Renews a claim while its work goes on, so that only a dead or frozen worker loses it."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    lease: timedelta

    @asynccontextmanager
    async def keeping(self, claimed: ConversationEvent) -> AsyncIterator[None]:
        heartbeat = asyncio.create_task(self._beat(claimed))
        try:
            yield
        finally:
            heartbeat.cancel()
            await asyncio.gather(heartbeat, return_exceptions=True)

    async def _beat(self, claimed: ConversationEvent) -> None:
        held = True
        while held:
            # A third: two renewals may fail before the lease is in danger.
            await asyncio.sleep(self.lease.total_seconds() / 3)
            with suppress(DependencyUnavailable):
                held = await self._renew(claimed)

    async def _renew(self, claimed: ConversationEvent) -> bool:
        async with self.unit_of_work() as work:
            held = await work.events.renew(claimed, expires_at=self.clock.now() + self.lease)
            await work.commit()
        return held
