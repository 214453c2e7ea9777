from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable, MemoriesUnavailable
from application.ports.conversation_events import Announcement
from infrastructure.in_memory.analyst import ScriptedMemories
from infrastructure.in_memory.announcer import RememberingPublisher
from tests.examples import a_reported_conversation
from tests.unit.application.world import LEASE, World

GRACE = timedelta(seconds=3)
SECOND = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class TiringPublisher(RememberingPublisher):
    """Takes as many announcements as it has strength for."""

    strength: int

    async def publish(self, announcement: Announcement) -> None:
        self.reachable = len(self.published) < self.strength
        await RememberingPublisher.publish(self, announcement)


def _announced(world: World) -> list[str]:
    return [announcement.conversation_id for announcement in world.publisher.published]


async def _accepted(world: World, *conversations: str) -> None:
    """Accepted, and the announcement lost."""
    for conversation_id in conversations:
        await world.record(reported=a_reported_conversation(conversation_id))


async def test_an_event_whose_announcement_was_lost_is_announced() -> None:
    world = World()
    await _accepted(world, "conv_1", "conv_2")
    world.clock.advance(GRACE)

    count = await world.relaying()()

    assert (count, _announced(world)) == (2, ["conv_1", "conv_2"])


async def test_an_event_that_was_just_accepted_is_left_alone() -> None:
    world = World()
    await _accepted(world, "conv_1")

    assert await world.relaying()() == 0
    assert _announced(world) == []


async def test_what_was_announced_and_is_still_due_is_announced_again_later() -> None:
    world = World()
    await _accepted(world, "conv_1")
    world.clock.advance(GRACE)
    relay = world.relaying()

    at_once = [await relay(), await relay()]
    world.clock.advance(relay.again_after)
    later = await relay()

    assert (at_once, later) == ([1, 0], 1)


async def test_what_is_due_is_announced_in_batches_oldest_first() -> None:
    world = World()
    await _accepted(world, "conv_1", "conv_2", "conv_3")
    world.clock.advance(GRACE)
    relay = world.relaying(batch_size=2)

    counts = [await relay(), await relay(), await relay()]

    assert (counts, _announced(world)) == ([2, 1, 0], ["conv_1", "conv_2", "conv_3"])


async def test_an_event_whose_worker_died_is_announced_when_its_lease_runs_out() -> None:
    world = World()
    event_id = await world.recorded()
    async with world.unit_of_work() as work:
        await work.events.claim(event_id, worker="dying", now=world.clock.now(), lease=LEASE)
        await work.commit()
    world.clock.advance(LEASE - SECOND)

    early = await world.relaying()()
    world.clock.advance(SECOND)
    late = await world.relaying()()

    assert (early, late) == (0, 1)


async def test_a_failed_event_is_announced_when_its_next_attempt_is_due() -> None:
    world = World(memories=ScriptedMemories(counts=[MemoriesUnavailable("away")]))
    await world.score(await world.recorded())
    world.clock.advance(timedelta(hours=6) - SECOND)

    early = await world.relaying()()
    world.clock.advance(SECOND)
    late = await world.relaying()()

    assert (early, late) == (0, 1)


async def test_a_processed_event_is_never_announced_again() -> None:
    world = World()
    await world.score(await world.recorded())
    world.clock.advance(timedelta(days=365))

    assert await world.relaying()() == 0


async def test_what_the_broker_did_not_take_is_tried_again_soon_and_the_rest_is_not_announced_twice() -> None:
    world = World(publisher=TiringPublisher(strength=1))
    await _accepted(world, "conv_1", "conv_2", "conv_3")
    world.clock.advance(GRACE)
    relay = world.relaying()
    with pytest.raises(DependencyUnavailable):
        await relay()
    taken_before = _announced(world)
    world.publisher = RememberingPublisher()

    at_once = await world.relaying()()
    world.clock.advance(relay.retry_after)
    soon = await world.relaying()()

    assert taken_before == ["conv_1"]
    assert (at_once, soon, _announced(world)) == (0, 2, ["conv_2", "conv_3"])


async def test_an_event_that_was_claimed_while_the_broker_was_away_keeps_its_own_time() -> None:
    world = World(publisher=RememberingPublisher(reachable=False))
    await _accepted(world, "conv_1")
    world.clock.advance(GRACE)
    with pytest.raises(DependencyUnavailable):
        await world.relaying()()
    world.clock.advance(timedelta(days=1))
    world.publisher.reachable = True

    assert await world.relaying()() == 1


async def test_nothing_is_announced_while_the_database_is_away() -> None:
    world = World()
    await _accepted(world, "conv_1")
    world.clock.advance(GRACE)
    world.database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await world.relaying()()

    assert _announced(world) == []
