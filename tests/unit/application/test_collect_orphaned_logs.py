from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from tests.unit.application.placed_logs import ORPHAN_AGE, PlacedLogs

A_MOMENT = timedelta(milliseconds=1)


async def test_an_old_log_of_no_event_is_deleted() -> None:
    placed = PlacedLogs()
    await placed.shelf.keep(b"orphan")
    placed.world.clock.advance(ORPHAN_AGE + A_MOMENT)

    assert await placed.collecting()() == 1
    assert placed.shelf.contents == {}


async def test_a_young_log_may_have_an_event_that_is_just_being_written() -> None:
    placed = PlacedLogs()
    kept = await placed.shelf.keep(b"not an orphan yet")
    placed.world.clock.advance(ORPHAN_AGE)

    assert await placed.collecting()() == 0
    assert set(placed.shelf.contents) == {kept.location}


async def test_a_log_that_an_event_refers_to_is_kept_for_ever() -> None:
    placed = PlacedLogs()
    event = await placed.recorded()
    placed.world.clock.advance(timedelta(days=1000))

    assert await placed.collecting()() == 0
    assert set(placed.shelf.contents) == {placed.location(event)}


async def test_the_log_of_a_duplicate_post_is_collected_and_that_of_the_event_is_not() -> None:
    placed = PlacedLogs()
    event = await placed.recorded()
    await placed.recorded()
    assert len(placed.shelf.contents) == 2
    placed.world.clock.advance(ORPHAN_AGE * 2)

    assert await placed.collecting()() == 1
    assert set(placed.shelf.contents) == {placed.location(event)}


@pytest.mark.parametrize("batch_size", [1, 2, 4, 100])
async def test_orphans_are_found_whatever_the_size_of_a_batch(batch_size: int) -> None:
    placed = PlacedLogs()
    events = [await placed.recorded(f"conv_{number}") for number in range(3)]
    for _ in range(5):
        await placed.shelf.keep(b"orphan")
    placed.world.clock.advance(ORPHAN_AGE * 2)

    assert await placed.collecting(batch_size=batch_size)() == 5
    assert set(placed.shelf.contents) == {placed.location(event) for event in events}


async def test_nothing_is_deleted_while_the_database_cannot_say_what_it_knows() -> None:
    placed = PlacedLogs()
    await placed.shelf.keep(b"orphan")
    placed.world.clock.advance(ORPHAN_AGE * 2)
    placed.world.database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await placed.collecting()()

    assert len(placed.shelf.contents) == 1


async def test_collecting_twice_is_collecting_once() -> None:
    placed = PlacedLogs()
    await placed.shelf.keep(b"orphan")
    placed.world.clock.advance(ORPHAN_AGE * 2)

    assert [await placed.collecting()() for _ in range(2)] == [1, 0]
