import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from application.errors import DependencyUnavailable
from application.ports.dice_factory import DiceFactory
from application.use_cases.announce_due_events import AnnounceDueEvents

log = structlog.get_logger("relay")
JITTER = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Announces again what was forgotten, at once while there is more, else once an interval."""

    announce_due_events: AnnounceDueEvents
    dice: DiceFactory
    interval: timedelta

    async def run(self) -> None:
        while True:
            announced = await self._announce()
            if announced < self.announce_due_events.batch_size:
                # Several relays started together must not ask together for ever.
                await asyncio.sleep(self.interval.total_seconds() * (1 + JITTER * self.dice.draw()))

    async def _announce(self) -> int:
        try:
            announced = await self.announce_due_events()
        except DependencyUnavailable as error:
            log.warning("relay cannot announce", reason=str(error))
            return 0
        if announced:
            log.info("events announced again", count=announced)
        return announced
