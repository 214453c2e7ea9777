import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from application.errors import DependencyUnavailable
from application.ports.conversation_events import Backlog
from application.ports.health import DatabaseProbe
from domain.event_status import EventStatus

log = structlog.get_logger("metrics")
LIMIT = timedelta(seconds=1)
Answer = tuple[Backlog, Mapping[EventStatus, int]]


@dataclass(slots=True, kw_only=True, eq=False)
class OpenEvents(Collector):
    """What the database says of events that are not finished.

    Asked when somebody wants to know. While the database is away there are no numbers: old ones would look like good.
    """

    probe: DatabaseProbe
    limit: timedelta = LIMIT
    _answer: Answer | None = None

    async def refresh(self) -> None:
        """Ends within ``limit``; never raises."""
        self._answer = await self._asked()

    async def _asked(self) -> Answer | None:
        asked = asyncio.create_task(self._ask())
        # A driver may take seconds to unwind a cancelled call; nobody waits for that, nor for what it says then.
        asked.add_done_callback(_told_of)
        done, _ = await asyncio.wait({asked}, timeout=self.limit.total_seconds())
        asked.cancel()
        return asked.result() if done and not asked.exception() else None

    async def _ask(self) -> Answer:
        return await self.probe.backlog(), await self.probe.open_events()

    def collect(self) -> Iterator[Metric]:
        events = GaugeMetricFamily("events", "Events that are not finished.", labels=("status",))
        due = GaugeMetricFamily("events_due", "Events that a consumer could work on now.")
        age = GaugeMetricFamily("events_oldest_due_age_seconds", "For how long the oldest of them has been due.")
        up = GaugeMetricFamily("database_up", "Whether the database answered when asked for these numbers.")
        up.add_metric((), self._answer is not None)
        if self._answer is not None:
            backlog, statuses = self._answer
            due.add_metric((), backlog.due)
            age.add_metric((), backlog.oldest_due_seconds)
            for status, number in statuses.items():
                events.add_metric((status.value,), number)
        yield from (events, due, age, up)


def _told_of(asked: asyncio.Task[Answer]) -> None:
    """A database that is away is told of by whoever needs it; anything else is a bug."""
    error = None if asked.cancelled() else asked.exception()
    if error is not None and not isinstance(error, DependencyUnavailable):
        log.error("events could not be counted", exc_info=error)
