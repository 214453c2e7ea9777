from application.use_cases.calculate_score import ScoringOutcome
from domain.event_status import AttemptOutcome
from domain.identifiers import EventId
from tests.unit.application.world import World


async def test_an_attempt_is_told_once_it_is_over_and_what_is_none_is_not() -> None:
    world = World()
    event_id = await world.recorded()

    outcomes = [await world.score(event_id), await world.score(event_id), await world.score(EventId(99))]

    assert outcomes == [ScoringOutcome.PROCESSED, ScoringOutcome.NOT_DUE, ScoringOutcome.UNKNOWN]
    assert world.told_attempts.begun == [event_id]
    assert world.told_attempts.over == [(event_id, AttemptOutcome.PROCESSED)]
