import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from application.errors import ApplicationError, DependencyUnavailable
from application.ports.alerts import Alerts
from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from domain.identifiers import EventId

log = structlog.get_logger("consumer")
PAUSE_SECONDS = 0.5
# By then the relay announces the event again.
WAIT_FOR_DATABASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHandler:
    """Processes one event for one announcement, and knows what is under way.

    Never raises: an outcome is written in the database or left to the relay, never to the broker. The work goes
    on when whoever asked for it goes away, a lost connection for example; only ``finish`` ends it.

    While the database is away it holds on to what it was asked for: given up at once, a whole queue would be gone
    within a second, and each event of it wait for the relay.
    """

    calculate_score: CalculateScore
    alerts: Alerts
    _finishing: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: set[asyncio.Task[ScoringOutcome | None]] = field(default_factory=set)

    async def __call__(self, event_id: EventId) -> ScoringOutcome | None:
        """None: it did not come to an outcome."""
        task = asyncio.create_task(self._handle(event_id))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def finish(self, patience: timedelta) -> None:
        """Waits for what is under way; what takes longer is handed back, without costing an attempt."""
        self._finishing.set()
        if not self._under_way:
            return
        _, unfinished = await asyncio.wait(self._under_way, timeout=patience.total_seconds())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _handle(self, event_id: EventId) -> ScoringOutcome | None:
        try:
            outcome = await self._until_the_database_is_there(event_id)
        except ApplicationError as error:
            log.warning("event left to the relay", event_id=event_id, reason=str(error))
        except Exception as error:
            log.exception("event failed unexpectedly", event_id=event_id)
            self.alerts.raise_alert(_crash(event_id, error))
        else:
            log.info("event handled", event_id=event_id, outcome=outcome.value)
            return outcome
        return None

    async def _until_the_database_is_there(self, event_id: EventId) -> ScoringOutcome:
        """Raises DependencyUnavailable when it does not come back in time, or we are to finish."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + WAIT_FOR_DATABASE.total_seconds()
        while True:
            try:
                return await self.calculate_score(event_id)
            except DependencyUnavailable:
                if self._finishing.is_set() or loop.time() > give_up_at:
                    raise
            with suppress(TimeoutError):
                await asyncio.wait_for(self._finishing.wait(), PAUSE_SECONDS)


def _crash(event_id: EventId, error: Exception) -> Alert:
    return Alert(
        type=AlertType.SYSTEM_ERROR,
        level=AlertLevel.CRITICAL,
        component=AlertComponent.CONSUMER,
        what=f"Event {event_id} failed unexpectedly: {type(error).__name__}.",
    )
