import asyncio
from dataclasses import replace

import pytest

from application.errors import DependencyUnavailable, LogStoreUnavailable
from application.ports.conversation_logs import KeptLog
from application.use_cases.calculate_score import ScoringOutcome
from domain.event import ConversationEvent
from infrastructure.in_memory.log_shelf import InMemoryLogShelf
from tests.unit.application.placed_logs import PlacedLogs


class NarrowShelf(InMemoryLogShelf):
    """Takes all but one."""

    async def keep(self, content: bytes) -> KeptLog:
        if not self.asked:
            self.asked = 1
            raise LogStoreUnavailable("too large for the deadline")
        return await super().keep(content)


async def test_logs_that_had_to_go_into_the_database_are_moved() -> None:
    placed, events = await _with_inline_logs(3)

    assert await placed.moving()() == 3

    assert placed.inline == {}
    assert {placed.location(event) for event in events} == set(placed.shelf.contents)


async def test_a_moved_log_is_the_same_log() -> None:
    placed, (event,) = await _with_inline_logs(1)
    before = placed.inline[event.event_id]

    await placed.moving()()

    assert await placed.logs.fetch(event.event_id, placed.location(event)) == before
    assert await placed.score(event) is ScoringOutcome.PROCESSED


async def test_no_more_than_a_batch_is_moved_at_a_time_and_nothing_twice() -> None:
    placed, _ = await _with_inline_logs(5)

    assert [await placed.moving(batch_size=2)() for _ in range(4)] == [2, 2, 1, 0]
    assert len(placed.shelf.contents) == 5


async def test_nothing_is_lost_while_the_store_is_still_away() -> None:
    placed, events = await _with_inline_logs(2)
    placed.shelf.reachable = False

    with pytest.raises(DependencyUnavailable):
        await placed.moving()()

    assert list(placed.inline) == [event.event_id for event in events]


async def test_a_log_that_the_store_does_not_take_keeps_back_none_behind_it() -> None:
    placed, events = await _with_inline_logs(3)
    narrow = NarrowShelf(clock=placed.world.clock)

    assert await replace(placed.moving(), store=narrow)() == 2

    assert list(placed.inline) == [events[0].event_id]


async def test_two_movers_at_once_move_every_log_once_and_leave_no_orphan() -> None:
    placed, events = await _with_inline_logs(10)

    moved = await asyncio.gather(*(placed.moving()() for _ in range(3)))

    assert sum(moved) == 10
    assert {placed.location(event) for event in events} == set(placed.shelf.contents)


async def test_the_log_of_an_event_that_is_being_processed_is_left_alone() -> None:
    placed, (event,) = await _with_inline_logs(1)
    async with placed.world.unit_of_work() as work:
        scoring = placed.world.scoring()
        now = placed.world.clock.now()
        await work.events.claim(event.event_id, worker="worker_1", now=now, lease=scoring.lease)
        await work.commit()

    assert await placed.moving()() == 0
    assert list(placed.inline) == [event.event_id]


async def test_an_event_that_is_erased_during_the_move_leaves_nothing_behind() -> None:
    placed, (event,) = await _with_inline_logs(1)
    store = _ErasingShelf(placed, event)

    assert await replace(placed.moving(), store=store)() == 0

    assert store.contents == {}


async def test_a_mover_that_dies_between_its_steps_leaves_a_log_that_is_collected() -> None:
    placed, (event,) = await _with_inline_logs(1)
    await placed.shelf.keep(placed.inline[event.event_id])  # and then it died

    await placed.moving()()
    placed.world.clock.advance(placed.collecting().min_age * 2)

    assert await placed.collecting()() == 1
    assert set(placed.shelf.contents) == {placed.location(event)}


class _ErasingShelf(InMemoryLogShelf):
    """While it keeps a log, the child is erased."""

    def __init__(self, placed: PlacedLogs, event: ConversationEvent) -> None:
        super().__init__(clock=placed.world.clock)
        self._tables, self._event_id = placed.world.database.tables, event.event_id

    async def keep(self, content: bytes) -> KeptLog:
        del self._tables.events[self._event_id], self._tables.logs[self._event_id]
        return await super().keep(content)


async def _with_inline_logs(number: int) -> tuple[PlacedLogs, list[ConversationEvent]]:
    """The store was away while these were recorded, and is back."""
    placed = PlacedLogs()
    placed.shelf.reachable = False
    events = [await placed.recorded(f"conv_{each:02}") for each in range(number)]
    placed.shelf.reachable = True
    return placed, events
