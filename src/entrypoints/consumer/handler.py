import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from application.errors import ApplicationError
from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from domain.identifiers import EventId

log = structlog.get_logger("consumer")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHandler:
    """Processes one event for one announcement, and knows what is under way.

    Never raises: an outcome is written in the database or left to the relay, never to the broker. The work goes
    on when whoever asked for it goes away, a lost connection for example; only ``finish`` ends it.
    """

    calculate_score: CalculateScore
    _under_way: set[asyncio.Task[ScoringOutcome | None]] = field(default_factory=set)

    async def __call__(self, event_id: EventId) -> ScoringOutcome | None:
        """None: it did not come to an outcome."""
        task = asyncio.create_task(self._handle(event_id))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def finish(self, patience: timedelta) -> None:
        """Waits for what is under way; what takes longer is handed back, without costing an attempt."""
        if not self._under_way:
            return
        _, unfinished = await asyncio.wait(self._under_way, timeout=patience.total_seconds())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _handle(self, event_id: EventId) -> ScoringOutcome | None:
        outcome = None
        try:
            outcome = await self.calculate_score(event_id)
            log.info("event handled", event_id=event_id, outcome=outcome.value)
        except ApplicationError as error:
            log.warning("event left to the relay", event_id=event_id, reason=str(error))
        except Exception:
            log.exception("event failed unexpectedly", event_id=event_id)
        return outcome
