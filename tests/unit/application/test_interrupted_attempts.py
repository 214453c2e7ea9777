"""CalculateScore: workers that stop, freeze, or lose their database in the middle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.conversation_analyst import ConversationAnalyst
from application.use_cases.calculate_score import ScoringOutcome
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.event_status import AttemptOutcome, EventStatus
from domain.identifiers import EventId
from infrastructure.in_memory.analyst import ScriptedMemories
from tests.unit.application.analysts import PatientAnalyst
from tests.unit.application.world import LEASE, World

GUARD_SECONDS = 10


class LosesTheDatabase(ConversationAnalyst):
    """While it answers, the database goes away."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def provider(self) -> str:
        return "unlucky"

    async def count_questions(self, conversation: Conversation) -> int:
        self._world.database.reachable = False
        return 1

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion:
        return SessionEmotion.HAPPY


class CrashesWhileTheDatabaseIsAway(LosesTheDatabase):
    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion:
        self._world.database.reachable = False
        raise ZeroDivisionError


@asynccontextmanager
async def _under_way(
    world: World, analyst: PatientAnalyst
) -> AsyncIterator[tuple[EventId, asyncio.Task[ScoringOutcome]]]:
    """A worker in the middle of an analysis."""
    event_id = await world.recorded()
    task = asyncio.create_task(world.scoring("slow", analyst=analyst)(event_id))
    async with asyncio.timeout(GUARD_SECONDS):
        await analyst.asked.wait()
        yield event_id, task
        await asyncio.wait({task})


async def test_a_worker_whose_lease_ran_out_cannot_commit() -> None:
    world, analyst = World(), PatientAnalyst()
    async with _under_way(world, analyst) as (event_id, zombie):
        world.clock.advance(LEASE)
        second = await world.score(event_id, "fast")
        after_the_second = (world.friendship(), list(world.ledger), world.event(event_id))

        analyst.released.set()

        assert (second, await zombie) == (ScoringOutcome.PROCESSED, ScoringOutcome.LEASE_LOST)
        assert (world.friendship(), list(world.ledger), world.event(event_id)) == after_the_second
        assert [attempt.outcome for attempt in world.attempts(event_id)] == [
            AttemptOutcome.LEASE_EXPIRED,
            AttemptOutcome.PROCESSED,
        ]
        assert world.told_attempts.over == [
            (event_id, AttemptOutcome.PROCESSED),
            (event_id, AttemptOutcome.LEASE_EXPIRED),
        ]


async def test_a_worker_that_was_overtaken_cannot_fail_the_event_either() -> None:
    world, analyst = World(memories=ScriptedMemories(counts=[0])), PatientAnalyst()
    async with _under_way(world, analyst) as (event_id, zombie):
        world.clock.advance(LEASE)
        await world.score(event_id, "fast")
        world.clock.advance(timedelta(days=1))

        zombie.cancel()
        with pytest.raises(asyncio.CancelledError):
            await zombie

        assert world.event(event_id).status is EventStatus.PROCESSED


async def test_a_worker_that_stops_hands_its_claim_back_without_costing_an_attempt() -> None:
    world, analyst = World(), PatientAnalyst()
    async with _under_way(world, analyst) as (event_id, stopping):
        stopping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopping

        event = world.event(event_id)
        assert (event.status, event.attempt_count, event.next_attempt_at) == (
            EventStatus.PENDING,
            0,
            world.clock.now(),
        )
        assert [attempt.outcome for attempt in world.attempts(event_id)] == [AttemptOutcome.HANDED_BACK]
        assert world.told_attempts.over == [(event_id, AttemptOutcome.HANDED_BACK)]
        assert sorted(analyst.cancelled) == ["emotion", "questions"]
        assert await world.score(event_id, "next") is ScoringOutcome.PROCESSED


async def test_a_worker_that_stops_while_the_database_is_away_still_stops() -> None:
    world, analyst = World(), PatientAnalyst()
    async with _under_way(world, analyst) as (event_id, stopping):
        world.database.reachable = False

        stopping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopping

        assert world.event(event_id).status is EventStatus.PROCESSING


async def test_a_claim_that_could_not_be_handed_back_is_taken_over_when_its_lease_runs_out() -> None:
    world = World()
    event_id = await world.recorded()
    with pytest.raises(DependencyUnavailable):
        await world.scoring(analyst=LosesTheDatabase(world))(event_id)
    world.database.reachable = True

    early = await world.score(event_id, "next")
    world.clock.advance(LEASE)
    late = await world.score(event_id, "next")

    assert (early, late) == (ScoringOutcome.NOT_DUE, ScoringOutcome.PROCESSED)
    assert len(world.ledger) == 1


async def test_nothing_is_scored_while_the_database_is_away() -> None:
    world = World()
    event_id = await world.recorded()
    world.database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await world.score(event_id)

    assert world.event(event_id).status is EventStatus.PENDING


async def test_what_was_unexpected_is_raised_also_when_it_cannot_be_written_down() -> None:
    world = World()
    event_id = await world.recorded()

    with pytest.raises(ZeroDivisionError):
        await world.scoring(analyst=CrashesWhileTheDatabaseIsAway(world))(event_id)

    assert world.event(event_id).status is EventStatus.PROCESSING
