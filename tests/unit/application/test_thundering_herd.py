"""Both services are away for an hour; afterwards the queue drains evenly."""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
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
# Of windows that begin at any moment: there chance is not evened out.
MOST_OVER_MEAN_ANYWHERE = 2.0


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

    by_minute = Counter(begun.replace(second=0, microsecond=0) for begun in retries)
    mean = EVENTS / (int((max(by_minute) - min(by_minute)) / MINUTE) + 1)
    assert len(retries) == EVENTS
    assert max(by_minute.values()) <= MOST_OVER_MEAN * mean
    assert _most_within_a_minute(retries) <= MOST_OVER_MEAN_ANYWHERE * mean
    events = world.database.tables.events.values()
    assert {event.status for event in events} == {EventStatus.PROCESSED}
    assert not any(event.signals.degraded for event in events)


async def _conversations_end_and_fail(world: World) -> None:
    for number in range(EVENTS):
        reported = a_reported_conversation(f"conv_{number}", user_id=f"user_{number % 100}")
        event_id = await world.recorded("pu", reported)
        assert await world.score(event_id) is ScoringOutcome.FAILED
        world.clock.advance(OUTAGE / EVENTS)


async def _drained(world: World) -> list[datetime]:
    """When each retry began, in order: the relay announces in batches, and a consumer takes what it hears."""
    retries: list[datetime] = []
    relay = world.relaying(batch_size=BATCH)
    while world.database.tables.announce_at:
        while min(world.database.tables.announce_at.values(), default=LATER) <= world.clock.now():
            await relay()
            heard, world.publisher.published = world.publisher.published, []
            for announcement in heard:
                retries.append(world.clock.now())
                await world.score(announcement.event_id)
        world.clock.advance(LOOK)
    return retries


def _most_within_a_minute(retries: Sequence[datetime]) -> int:
    return max(number - bisect_right(retries, begun - MINUTE) + 1 for number, begun in enumerate(retries))
