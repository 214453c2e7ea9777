import asyncio
from datetime import timedelta

import pytest

from application.errors import ConversationNotFound
from application.ports.conversation_events import EventFilter
from application.use_cases.calculate_score import ScoringOutcome
from application.use_cases.retry_events import RetriedEvents, RetryEventsCommand
from domain.event import IllegalTransition
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.identifiers import ConversationId, UserId
from tests.unit.application.analysts import PatientAnalyst
from tests.unit.application.operating import (
    a_failed_event,
    a_recorded_event,
    changed,
    retrying,
    retrying_many,
    skipping,
)
from tests.unit.application.world import World

CONVERSATION = ConversationId("conv_0001")
SECOND = timedelta(seconds=1)
GIVEN_UP = EventStatus.PERMANENTLY_FAILED
FAILED = [EventStatus.FAILED, GIVEN_UP]


@pytest.mark.parametrize("status", FAILED)
async def test_a_retried_event_is_due_at_once_with_all_its_attempts(status: EventStatus) -> None:
    world = World()
    event = await a_failed_event(world, status=status)
    world.announcer.announced.clear()

    await retrying(world)(CONVERSATION)

    retried = world.event(event.event_id)
    assert (retried.status, retried.attempt_count, retried.fence) == (EventStatus.PENDING, 0, 1)
    assert retried.next_attempt_at == world.clock.now()
    assert [announced.event_id for announced in world.announcer.announced] == [event.event_id]
    assert await world.score(event.event_id) is ScoringOutcome.PROCESSED


async def test_a_lost_announcement_of_a_retry_is_left_to_the_relay() -> None:
    world = World()
    event = await a_failed_event(world)
    world.announcer.deaf = True

    await retrying(world)(CONVERSATION)

    assert await world.relaying()() == 1
    assert world.event(event.event_id).is_due(world.clock.now())


@pytest.mark.parametrize("status", sorted(set(EventStatus) - set(FAILED)))
async def test_only_what_failed_can_be_retried(status: EventStatus) -> None:
    world = World()
    event = changed(world, (await a_recorded_event(world)).event_id, status)
    announced = len(world.announcer.announced)

    with pytest.raises(IllegalTransition):
        await retrying(world)(CONVERSATION)

    assert world.event(event.event_id) == event
    assert len(world.announcer.announced) == announced


async def test_nobody_can_decide_about_a_conversation_that_is_not_there() -> None:
    world = World()

    with pytest.raises(ConversationNotFound):
        await retrying(world)(CONVERSATION)
    with pytest.raises(ConversationNotFound):
        await skipping(world)(CONVERSATION)


async def test_a_skipped_event_is_never_scored_and_may_be_skipped_again() -> None:
    world = World()
    event = await a_recorded_event(world)

    await skipping(world)(CONVERSATION)
    await skipping(world)(CONVERSATION)

    assert world.event(event.event_id).status is EventStatus.SKIPPED
    assert await world.score(event.event_id) is ScoringOutcome.NOT_DUE
    assert world.ledger == []


async def test_a_processed_event_cannot_be_skipped() -> None:
    world = World()
    event = await a_recorded_event(world)
    await world.score(event.event_id)

    with pytest.raises(IllegalTransition):
        await skipping(world)(CONVERSATION)

    assert world.event(event.event_id).status is EventStatus.PROCESSED


async def test_skipping_shuts_out_the_worker_that_is_at_it() -> None:
    analyst = PatientAnalyst()
    world = World(analyst=analyst)
    event = await a_recorded_event(world)
    working = asyncio.create_task(world.score(event.event_id))
    await analyst.asked.wait()

    await skipping(world)(CONVERSATION)
    analyst.released.set()

    assert await working is ScoringOutcome.LEASE_LOST
    assert world.event(event.event_id).status is EventStatus.SKIPPED
    (attempt,) = world.attempts(event.event_id)
    assert (attempt.outcome, attempt.ended_at) == (AttemptOutcome.SKIPPED, world.clock.now())


async def _retry(world: World, command: RetryEventsCommand) -> RetriedEvents:
    return await retrying_many(world)(command)


async def test_all_failed_events_are_retried_and_nothing_else() -> None:
    world = World()
    await a_failed_event(world, "failed")
    await a_failed_event(world, "given_up", status=GIVEN_UP)
    waiting = await a_recorded_event(world, "waiting")

    done = await _retry(world, RetryEventsCommand())

    assert done == RetriedEvents(retried=2, last_due_at=world.clock.now())
    assert {event.status for event in world.database.tables.events.values()} == {EventStatus.PENDING}
    assert world.event(waiting.event_id) == waiting


async def test_repeating_it_finds_nothing_to_do() -> None:
    world = World()
    await a_failed_event(world)
    await _retry(world, RetryEventsCommand())

    assert await _retry(world, RetryEventsCommand()) == RetriedEvents()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EventFilter(statuses=frozenset({GIVEN_UP})), {"b"}),
        (EventFilter(error_code=FailureCode.UNEXPECTED_ERROR), {"c"}),
        (EventFilter(user_id=UserId("user_7")), {"b", "c"}),
        (EventFilter(user_id=UserId("user_7"), statuses=frozenset({EventStatus.FAILED})), {"c"}),
        (EventFilter(error_code=FailureCode.LEASE_EXPIRED), set()),
    ],
)
async def test_only_what_is_selected_is_retried(wanted: EventFilter, expected: set[str]) -> None:
    world = World()
    await a_failed_event(world, "a")
    await a_failed_event(world, "b", user="user_7", status=GIVEN_UP)
    await a_failed_event(world, "c", user="user_7", error_code=FailureCode.UNEXPECTED_ERROR)

    done = await _retry(world, RetryEventsCommand(wanted=wanted))

    retried = [event for event in world.database.tables.events.values() if event.status is EventStatus.PENDING]
    assert {event.conversation_id for event in retried} == expected
    assert done.retried == len(expected)


async def test_events_of_a_time_are_selected_by_when_they_were_accepted() -> None:
    world = World()
    for name in ("early", "in_time", "late"):
        await a_failed_event(world, name)
        world.clock.advance(timedelta(hours=1))
    start = world.clock.now() - timedelta(hours=2)

    done = await _retry(world, RetryEventsCommand(wanted=EventFilter(since=start, until=start + timedelta(hours=1))))

    assert done.retried == 1
    retried = [event for event in world.database.tables.events.values() if event.status is EventStatus.PENDING]
    assert [event.conversation_id for event in retried] == ["in_time"]


async def test_a_dry_run_tells_the_number_and_changes_nothing() -> None:
    world = World()
    for number in range(3):
        await a_failed_event(world, f"conv_{number}")
    before = dict(world.database.tables.events)

    done = await _retry(world, RetryEventsCommand(dry_run=True, per_second=1))

    assert done == RetriedEvents(retried=3, last_due_at=world.clock.now() + 2 * SECOND)
    assert world.database.tables.events == before


async def test_a_rate_makes_each_due_a_little_later_than_the_one_before() -> None:
    world = World()
    for number in range(250):
        await a_failed_event(world, f"conv_{number}")
    start = world.clock.now()

    await _retry(world, RetryEventsCommand(per_second=10))

    due = [event.next_attempt_at for event in world.database.tables.events.values()]
    assert due == [start + number * SECOND / 10 for number in range(250)]
    assert sorted(world.database.tables.announce_at.values()) == due


async def test_a_limit_leaves_the_rest_to_the_next_time() -> None:
    world = World()
    for number in range(5):
        await a_failed_event(world, f"conv_{number}")

    assert (await _retry(world, RetryEventsCommand(limit=3))).retried == 3
    assert (await _retry(world, RetryEventsCommand(limit=3))).retried == 2
