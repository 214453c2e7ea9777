import asyncio
from datetime import datetime, timedelta

import pytest

from application.lease_keeper import LeaseKeeper
from domain.event import ConversationEvent
from tests.unit.application.patience import until
from tests.unit.application.world import World

# Renewed every few milliseconds.
LEASE = timedelta(milliseconds=15)
LONG_AGO = timedelta(days=1)


async def _claimed(world: World) -> ConversationEvent:
    event_id = await world.recorded()
    async with world.unit_of_work() as work:
        claimed = await work.events.claim(event_id, worker="worker_1", now=world.clock.now(), lease=LEASE)
        await work.commit()
    assert claimed is not None
    return claimed


def _keeper(world: World) -> LeaseKeeper:
    return LeaseKeeper(unit_of_work=world.unit_of_work, clock=world.clock, lease=LEASE)


def _expires_at(world: World, claimed: ConversationEvent) -> datetime | None:
    lease = world.event(claimed.event_id).lease
    return lease.expires_at if lease else None


async def _until_renewed(world: World, claimed: ConversationEvent) -> None:
    await until(lambda: _expires_at(world, claimed) == world.clock.now() + LEASE)


async def test_a_lease_is_renewed_again_and_again_while_the_work_goes_on() -> None:
    world = World()
    claimed = await _claimed(world)

    async with _keeper(world).keeping(claimed):
        for _ in range(3):
            world.clock.advance(timedelta(milliseconds=10))
            await _until_renewed(world, claimed)

    assert world.event(claimed.event_id).fence == claimed.fence


async def test_it_goes_on_after_the_database_was_away() -> None:
    world = World()
    claimed = await _claimed(world)
    world.clock.advance(timedelta(milliseconds=10))

    async with _keeper(world).keeping(claimed):
        world.database.reachable = False
        await asyncio.sleep(LEASE.total_seconds())
        world.database.reachable = True
        await _until_renewed(world, claimed)


async def test_nothing_is_renewed_after_the_work() -> None:
    world = World()
    claimed = await _claimed(world)

    async with _keeper(world).keeping(claimed):
        pass
    world.clock.advance(LONG_AGO)
    await asyncio.sleep(2 * LEASE.total_seconds())

    assert world.event(claimed.event_id) == claimed


async def test_nothing_is_renewed_after_the_work_failed_and_the_failure_is_told() -> None:
    world = World()
    claimed = await _claimed(world)
    tasks_before = asyncio.all_tasks()

    with pytest.raises(ZeroDivisionError):
        async with _keeper(world).keeping(claimed):
            raise ZeroDivisionError

    assert asyncio.all_tasks() <= tasks_before


async def test_it_stops_once_the_claim_is_lost() -> None:
    world = World()
    claimed = await _claimed(world)
    tasks_before = asyncio.all_tasks()

    async with _keeper(world).keeping(claimed):
        world.clock.advance(LEASE)
        async with world.unit_of_work() as work:
            overtaken = await work.events.claim(
                claimed.event_id, worker="worker_2", now=world.clock.now(), lease=LONG_AGO
            )
            await work.commit()
        await until(lambda: asyncio.all_tasks() <= tasks_before)

    assert world.event(claimed.event_id) == overtaken
