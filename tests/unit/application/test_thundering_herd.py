"""Both services are away for an hour; afterwards the queue drains evenly."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from application.errors import AnalystUnavailable, MemoriesUnavailable
from application.use_cases.calculate_score import ScoringOutcome
from domain.emotion import SessionEmotion
from domain.event_status import EventStatus
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from tests.examples import a_reported_conversation
from tests.unit.application.world import FixedDice, World

EVENTS = 2000
OUTAGE = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LOOK = timedelta(seconds=2)
BATCH = 25
LATER = datetime.max.replace(tzinfo=UTC)
MOST_OVER_MEAN = 1.3


@dataclass(slots=True, kw_only=True)
class ChanceDice(FixedDice):
    """As chance would have it, the same in every run."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def draw(self) -> float:
        return self.chance.uniform(-1, 1)


async def test_after_an_hour_without_both_services_the_queue_drains_without_a_herd() -> None:
    world = World(dice=ChanceDice())
    world.analyst = ScriptedAnalyst(questions=[AnalystUnavailable("away")], emotions=[AnalystUnavailable("away")])
    world.memories = ScriptedMemories(counts=[MemoriesUnavailable("away")])
    await _conversations_end_and_fail(world)
    world.analyst = ScriptedAnalyst(questions=[1], emotions=[SessionEmotion.HAPPY])
    world.memories = ScriptedMemories(counts=[2])

    retries = await _drained(world)

    minutes = int((max(retries) - min(retries)) / MINUTE) + 1
    mean = EVENTS / minutes
    assert retries.total() == EVENTS
    assert max(retries.values()) <= MOST_OVER_MEAN * mean
    events = world.database.tables.events.values()
    assert {event.status for event in events} == {EventStatus.PROCESSED}
    assert not any(event.signals.degraded for event in events)


async def _conversations_end_and_fail(world: World) -> None:
    for number in range(EVENTS):
        reported = a_reported_conversation(f"conv_{number}", user_id=f"user_{number % 100}")
        event_id = await world.recorded("pu", reported)
        assert await world.score(event_id) is ScoringOutcome.FAILED
        world.clock.advance(OUTAGE / EVENTS)


async def _drained(world: World) -> Counter[datetime]:
    """How many retries began in which minute: the relay announces in batches, and a consumer takes what it hears."""
    retries: Counter[datetime] = Counter()
    relay = world.relaying(batch_size=BATCH)
    while world.database.tables.announce_at:
        while min(world.database.tables.announce_at.values(), default=LATER) <= world.clock.now():
            await relay()
            heard, world.publisher.published = world.publisher.published, []
            for announcement in heard:
                retries[world.clock.now().replace(second=0, microsecond=0)] += 1
                await world.score(announcement.event_id)
        world.clock.advance(LOOK)
    return retries
