from datetime import timedelta

import pytest

from application.errors import MemoriesUnavailable
from application.use_cases.calculate_score import ScoringOutcome
from domain.event_status import EventStatus
from entrypoints.http.problems import RefusedRequest
from entrypoints.http.scoring_now import score_now
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from tests.unit.application.analysts import PatientAnalyst
from tests.unit.application.world import World

SOON = timedelta(milliseconds=20)


async def test_what_takes_longer_than_a_request_may_is_handed_back_and_costs_no_attempt() -> None:
    world = World(analyst=PatientAnalyst())
    event_id = await world.recorded()

    with pytest.raises(RefusedRequest) as refused:
        await score_now(world.scoring(), event_id, limit=SOON)

    event = world.event(event_id)
    assert (refused.value.status, refused.value.code) == (503, "ANALYSIS_UNAVAILABLE")
    assert (event.status, event.attempt_count, event.next_attempt_at) == (EventStatus.PENDING, 0, world.clock.now())
    assert await world.scoring(analyst=ScriptedAnalyst())(event_id) is ScoringOutcome.PROCESSED


async def test_what_fails_is_refused_and_due_again_later() -> None:
    world = World(memories=ScriptedMemories(counts=(MemoriesUnavailable(),)))
    event_id = await world.recorded()

    with pytest.raises(RefusedRequest, match="tried again later"):
        await score_now(world.scoring(), event_id)

    assert world.event(event_id).status is EventStatus.FAILED


async def test_what_succeeds_or_needs_nothing_says_nothing() -> None:
    world = World()
    event_id = await world.recorded()

    await score_now(world.scoring(), event_id)
    await score_now(world.scoring(), event_id)

    assert len(world.ledger) == 1
