from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.conversation_events import Backlog
from domain.event import ConversationEvent
from domain.event_status import FailureCode
from domain.retry_schedule import RetrySchedule
from domain.signals import Signals
from tests.contracts.storage import Storage, a_new_event
from tests.examples import ENDED


async def test_the_backlog_is_told_as_of_now(storage: Storage) -> None:
    await storage.added(a_new_event(created_at=storage.clock.now()))
    storage.clock.advance(timedelta(seconds=7))

    assert await storage.probe.backlog() == Backlog(due=1, oldest_due_seconds=7.0, permanently_failed=0)


async def test_the_use_of_the_pool_is_a_share(storage: Storage) -> None:
    idle = storage.probe.pool()
    async with storage.unit_of_work():
        busy = storage.probe.pool()

    assert idle.usage == 0.0
    assert 0.0 <= busy.usage <= 1.0
    assert (busy.checked_out - idle.checked_out, busy.overflow) in ((1, 0), (0, 0))


async def test_a_database_that_is_away_has_no_backlog_to_tell(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.probe.backlog()
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.probe.open_events()
    assert unreachable_storage.probe.pool().checked_out == 0


async def test_events_that_are_not_finished_are_counted_by_status(storage: Storage) -> None:
    await storage.added(a_new_event("pending"))
    await storage.claimed(await storage.added(a_new_event("processing")))
    for name, retries in (("failed", 1), ("given up", 0)):
        claimed = await storage.claimed(await storage.added(a_new_event(name)))
        await storage.save(_failed(claimed, RetrySchedule(max_retries=retries)))
    await storage.replace((skipped := await storage.added(a_new_event("skipped"))).skipped(), was=skipped)

    assert await storage.probe.open_events() == {"PENDING": 1, "PROCESSING": 1, "FAILED": 1, "PERMANENTLY_FAILED": 1}


def _failed(event: ConversationEvent, schedule: RetrySchedule) -> ConversationEvent:
    code, signals = FailureCode.UNEXPECTED_ERROR, Signals()
    return event.failed(code, details="", now=ENDED, signals=signals, schedule=schedule, draw=0.0)
