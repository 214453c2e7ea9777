"""What is told of events while the database is in trouble."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from application.ports.conversation_events import Backlog
from application.ports.health import DatabaseProbe, PoolUse
from domain.event_status import EventStatus
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.probe import InMemoryProbe
from infrastructure.prometheus.open_events import OpenEvents

GUARD_SECONDS = 10


def told(events: OpenEvents) -> dict[str, float]:
    """Of series that differ in a label, one."""
    return {sample.name: sample.value for family in events.collect() for sample in family.samples}


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledProbe(DatabaseProbe):
    error: Exception | None = None
    """None: hangs."""

    async def backlog(self) -> Backlog:
        if self.error is not None:
            raise self.error
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async def open_events(self) -> Mapping[EventStatus, int]:
        raise AssertionError("the backlog is asked for first")

    def pool(self) -> PoolUse:
        return PoolUse(size=0, checked_out=0, overflow=0)


async def test_what_was_true_is_forgotten_when_the_database_goes_away() -> None:
    database = InMemoryDatabase()
    events = OpenEvents(probe=InMemoryProbe(database=database, clock=FakeClock()))
    await events.refresh()
    assert told(events) == {"events": 0, "events_due": 0, "events_oldest_due_age_seconds": 0, "database_up": 1}

    database.reachable = False
    await events.refresh()

    assert told(events) == {"database_up": 0}


async def test_a_database_that_hangs_is_not_waited_for() -> None:
    events = OpenEvents(probe=TroubledProbe(), limit=timedelta(milliseconds=10))

    async with asyncio.timeout(GUARD_SECONDS):
        await events.refresh()

    assert told(events) == {"database_up": 0}


async def test_a_bug_costs_no_scrape() -> None:
    events = OpenEvents(probe=TroubledProbe(error=ZeroDivisionError()))

    await events.refresh()

    assert told(events) == {"database_up": 0}


async def test_before_it_was_asked_nothing_is_known() -> None:
    assert told(OpenEvents(probe=TroubledProbe())) == {"database_up": 0}
