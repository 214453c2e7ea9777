import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.errors import UserErased
from application.ports.conversation_logs import KeptLog
from application.use_cases.calculate_score import ScoringOutcome
from application.use_cases.record_conversation_end import RecordConversationEndCommand
from domain.erasure import ErasedNumbers
from infrastructure.in_memory.log_shelf import InMemoryLogShelf
from tests.examples import USER, a_reported_conversation
from tests.unit.application.analysts import PatientAnalyst
from tests.unit.application.operating import AGAIN, a_recorded_event, deleting_logs, erasing
from tests.unit.application.world import World, log_items


async def _with_logs_outside(world: World, *names: str) -> InMemoryLogShelf:
    shelf = InMemoryLogShelf(clock=world.clock)
    for name in names:
        event = await a_recorded_event(world, name)
        kept = await shelf.keep(b"log")
        async with world.unit_of_work() as work:
            assert await work.events.relocate(event.event_id, was=event.log_location, now_at=kept.location)
            await work.commit()
    return shelf


async def test_the_receipt_tells_what_is_gone() -> None:
    world = World()
    for name in ("conv_1", "conv_2"):
        await world.score((await a_recorded_event(world, name)).event_id)

    receipt = await erasing(world)(USER)

    assert (receipt.user_id, receipt.erased_at, receipt.logs_pending) == (USER, world.clock.now(), 0)
    assert receipt.numbers == ErasedNumbers(events=2, attempts=2, ledger_entries=2, topics=1, logs=2, friendship=1)
    tables = world.database.tables
    kept = (tables.events, tables.friendships, tables.ledger, tables.logs, tables.attempts, tables.announce_at)
    assert not any(kept)


async def test_of_an_erased_user_nothing_is_kept_but_a_hash_and_a_time() -> None:
    world = World()
    await a_recorded_event(world)

    await erasing(world)(USER)

    ((key, erased_at),) = world.database.tables.erased_users.items()
    assert (len(key), erased_at) == (32, world.clock.now())
    assert USER.encode() not in key


async def test_erasing_twice_or_a_user_nobody_knows_gives_zeros() -> None:
    world = World()
    await a_recorded_event(world)
    await erasing(world)(USER)

    assert (await erasing(world)(USER)).numbers == ErasedNumbers()


async def test_an_old_conversation_that_arrives_late_is_refused_and_leaves_nothing() -> None:
    world = World()
    await erasing(world)(USER)

    with pytest.raises(UserErased):
        await a_recorded_event(world)

    assert not world.database.tables.events
    assert world.announcer.announced == []


async def test_a_conversation_that_ends_after_the_erasure_begins_a_new_friendship() -> None:
    world = World()
    await world.score((await a_recorded_event(world)).event_id)
    before = world.friendship().score
    await erasing(world)(USER)
    end = world.clock.now() + timedelta(minutes=20)
    world.clock.advance(timedelta(hours=1))

    event_id = await world.recorded(reported=a_reported_conversation("conv_new", end_time=end))

    assert await world.score(event_id) is ScoringOutcome.PROCESSED
    assert world.friendship().score == before == 3.0


async def test_an_announcement_of_an_erased_event_finds_nothing() -> None:
    world = World()
    event = await a_recorded_event(world)
    await erasing(world)(USER)

    assert await world.score(event.event_id) is ScoringOutcome.UNKNOWN
    assert not world.database.tables.friendships


async def test_a_worker_that_is_at_an_old_event_writes_nothing() -> None:
    analyst = PatientAnalyst()
    world = World(analyst=analyst)
    event = await a_recorded_event(world)
    working = asyncio.create_task(world.score(event.event_id))
    await analyst.asked.wait()

    await erasing(world)(USER)
    analyst.released.set()

    assert await working is ScoringOutcome.LEASE_LOST
    assert not world.database.tables.friendships
    assert world.ledger == []


async def test_logs_outside_the_database_are_deleted_at_once() -> None:
    world = World()
    shelf = await _with_logs_outside(world, *(f"conv_{number}" for number in range(70)))

    receipt = await erasing(world, shelf)(USER)

    assert (receipt.numbers.logs, receipt.logs_pending) == (70, 0)
    assert shelf.contents == {}
    assert world.database.tables.log_deletions == {}


async def test_logs_of_a_store_that_is_away_are_deleted_when_it_is_back() -> None:
    world = World()
    shelf = await _with_logs_outside(world, "conv_1", "conv_2")
    shelf.reachable = False

    receipt = await erasing(world, shelf)(USER)

    assert (receipt.numbers.logs, receipt.logs_pending) == (2, 2)
    assert await deleting_logs(world, shelf)() == 0  # not yet: the erasure itself might still be at it
    world.clock.advance(AGAIN)
    assert await deleting_logs(world, shelf)() == 2
    assert len(shelf.contents) == 2
    shelf.reachable = True
    world.clock.advance(AGAIN)
    assert await deleting_logs(world, shelf)() == 2
    assert shelf.contents == {}
    assert world.database.tables.log_deletions == {}


async def test_an_erasure_does_not_wait_for_a_store_that_hangs() -> None:
    class HangingShelf(InMemoryLogShelf):
        async def delete(self, location: str) -> None:
            await asyncio.Event().wait()

    world = World()
    await _with_logs_outside(world, "conv_1")

    receipt = await erasing(world, HangingShelf(clock=world.clock), patience=0.01)(USER)

    assert receipt.logs_pending == 1
    assert not world.database.tables.events


async def test_the_queue_is_worked_off_in_batches() -> None:
    world = World()
    shelf = await _with_logs_outside(world, "conv_1", "conv_2", "conv_3")
    shelf.reachable = False
    await erasing(world, shelf)(USER)
    shelf.reachable = True
    world.clock.advance(AGAIN)

    assert [await deleting_logs(world, shelf, batch_size=2)() for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("reachable", [True, False], ids=["there", "away meanwhile"])
async def test_a_refused_conversation_leaves_no_log_in_its_store(reachable: bool) -> None:  # noqa: FBT001
    """At once if the store lets us; else it is an orphan, and collected like any other."""

    class Shelf(InMemoryLogShelf):
        async def keep(self, content: bytes) -> KeptLog:
            kept = await super().keep(content)
            self.reachable = reachable
            return kept

    world = World()
    shelf = Shelf(clock=world.clock)
    await erasing(world)(USER)
    recording = replace(world.recording(), logs=shelf)

    with pytest.raises(UserErased):
        await recording(RecordConversationEndCommand(reported=a_reported_conversation(), log_items=log_items("pu")))

    assert len(shelf.contents) == (0 if reachable else 1)


async def test_an_erasure_that_was_forgotten_is_made_again_as_of_its_own_time() -> None:
    world = World()
    await a_recorded_event(world)
    was_erased_at = world.clock.now()
    world.clock.advance(timedelta(hours=1))

    receipt = await erasing(world)(USER, as_of=was_erased_at)

    assert (receipt.erased_at, receipt.numbers.events) == (was_erased_at, 1)


async def test_nobody_is_erased_as_of_a_time_to_come() -> None:
    world = World()

    receipt = await erasing(world)(USER, as_of=world.clock.now() + timedelta(hours=1))

    assert receipt.erased_at == world.clock.now()
