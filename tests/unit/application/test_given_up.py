from datetime import timedelta

import pytest

from application.errors import MemoriesTimedOut
from application.use_cases.calculate_score import ScoringOutcome
from domain.event_status import EventStatus
from infrastructure.in_memory.analyst import ScriptedMemories
from tests.unit.application.world import World

LONGER_THAN_ANY_WAIT = timedelta(hours=60)


async def test_an_event_that_used_up_its_attempts_is_told_once_with_its_conversation() -> None:
    world = World(memories=ScriptedMemories(counts=[MemoriesTimedOut("late")]))
    event_id = await world.recorded()

    while world.event(event_id).status is not EventStatus.PERMANENTLY_FAILED:
        assert world.alerts.raised == []
        assert await world.score(event_id) is ScoringOutcome.FAILED
        world.clock.advance(LONGER_THAN_ANY_WAIT)

    [alert] = world.alerts.raised
    assert (alert.type, alert.level) == ("PERMANENTLY_FAILED", "CRITICAL")
    assert alert.conversation_id == world.event(event_id).conversation_id
    assert "MEMORY_API_TIMEOUT" in alert.what


@pytest.mark.parametrize("attempts", [1, 5])
async def test_a_failure_with_attempts_left_is_not_told(attempts: int) -> None:
    world = World(memories=ScriptedMemories(counts=[MemoriesTimedOut("late")]))
    event_id = await world.recorded()

    for _ in range(attempts):
        await world.score(event_id)
        world.clock.advance(LONGER_THAN_ANY_WAIT)

    assert world.alerts.raised == []
