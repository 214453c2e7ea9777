import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from application.use_cases.heal_degraded_scores import HealCommand, HealDegradedScores, HealedScore
from entrypoints.bootstrap.container import Container
from entrypoints.consumer.maintenance import Chore
from infrastructure.resilience.supervisor import supervised

log = structlog.get_logger("healing")
LOOK_EVERY = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacedHealing:
    """Heals what is due, a bounded number a minute: the dependency that comes back has others to answer too."""

    heal: HealDegradedScores
    per_minute: int

    async def __call__(self) -> int:
        """The number tried; all that were due when it began, or one batch of them."""
        tried = 0
        async for healed in self.heal(HealCommand()):
            tried += 1
            _tell(healed)
            await asyncio.sleep(60 / self.per_minute)
        return tried


@asynccontextmanager
async def healing(container: Container, *, every: timedelta = LOOK_EVERY) -> AsyncIterator[None]:
    """Looks again for what could not be analysed; nothing to look for where analysis is switched off."""
    settings = container.settings()
    if settings.analyst == "off":
        yield
        return
    work = PacedHealing(heal=container.heal_degraded_scores(), per_minute=settings.healing.per_minute)
    # A full batch need not hurry: the next one comes after the pause, and keeps below the bound all the same.
    chore = Chore(name="heal scores", work=work, full_batch=None, dice=container.dice(), interval=every)
    async with supervised(chore.name, chore.run):
        yield


def _tell(healed: HealedScore) -> None:
    log.info(
        "degraded score looked at again",
        event_id=healed.event.event_id,
        conversation_id=healed.event.conversation_id,
        outcome=healed.outcome.value,
        difference=healed.difference,
    )
