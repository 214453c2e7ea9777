"""The promises, kept whatever happens in whatever order: a state machine over the use cases, in memory.

Time stands still unless a rule moves it. A worker waits in the middle of its analysis, so that the machine can let
it finish, fail, stop, die, or lie frozen while others go on, and come back as a zombie.
"""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from application.errors import DependencyUnavailable, MemoriesRefused, UserErased
from application.log_removal import LogRemoval
from application.ports.conversation_events import EventFilter
from application.use_cases.erase_user import EraseUser
from application.use_cases.heal_degraded_scores import HealCommand
from application.use_cases.recalculate_scores import RecalculateScores, RecalculateScoresCommand
from application.use_cases.retry_event import RetryEvent
from application.use_cases.skip_event import SkipEvent
from domain.errors import DomainError
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.healing import Healing
from domain.identifiers import EventId, UserId
from domain.scoring import ScoringRules
from domain.signals import Signals
from infrastructure.in_memory.analyst import ScriptedMemories
from tests.examples import ENDED, STARTED, a_reported_conversation
from tests.faults.promises import (
    FINAL,
    assert_attempts_tell_the_story,
    assert_counted_once,
    assert_in_one_legal_state,
    assert_told_as_counted,
)
from tests.faults.worker import Worker, begin
from tests.unit.application.world import LEASE, World

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "2000"))
STEPS = 30
LONGER_THAN_ANY_WAIT = timedelta(hours=49)
ROUNDS_TO_THE_END = 12
Answer = TypeVar("Answer")
Posted = tuple[str, str, str, datetime]
"""What tells one post from another: reported id, user, what was said, and when it ended."""

some = st.integers(0, 5)
users = st.sampled_from(["user_1", "user_2"])


GENEROUS = ScoringRules(points_per_turn=170.0)
STRICT = ScoringRules(points_per_turn=0.5, points_per_memory=0.0, boring_bonus=-100.0)


async def _both(*work: Coroutine[Any, Any, object]) -> None:
    await asyncio.gather(*work)


class Promises(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.accepted: dict[Posted, EventId] = {}
        self.workers: list[Worker] = []
        self.dead: list[Worker] = []
        self.hired = 0
        self.erased_at: dict[str, datetime] = {}
        self.fences: dict[EventId, int] = {}
        self.ended: dict[EventId, ConversationEvent] = {}

    @initialize(said=st.sampled_from(["pu", "pu pu up"]))
    def work_has_begun(self, said: str) -> None:
        """Most of what can go wrong needs an event and a worker."""
        self.a_conversation_ends("conv_1", "user_1", said, now=True, heard=True)
        self.a_conversation_ends("conv_2", "user_1", said, now=False, heard=False)
        self._begin(next(iter(self.accepted.values())))

    @rule(
        conversation=st.sampled_from(["conv_1", "conv_2", "conv_3"]),
        user=users,
        said=st.sampled_from(["pu", "pu pu up", "ppp"]),
        now=st.booleans(),
        heard=st.booleans(),
    )
    def a_conversation_ends(self, conversation: str, user: str, said: str, *, now: bool, heard: bool) -> None:
        """New, posted again, or an id used for another one."""
        end = self.world.clock.now() if now else ENDED
        posted = (conversation, user, said, end)
        reported = a_reported_conversation(conversation, user_id=user, start_time=STARTED, end_time=end)
        self.world.announcer.deaf = not heard
        before = dict(self.world.database.tables.events)
        try:
            recorded = self._do(self.world.record(said, reported))
        except UserErased:
            assert end <= self.erased_at[user]
            assert self.world.database.tables.events == before
            return
        assert user not in self.erased_at or end > self.erased_at[user]
        assert recorded.duplicate == (posted in self.accepted)
        event_id = recorded.event.event_id
        assert self.accepted.setdefault(posted, event_id) == event_id
        assert (event_id in before) == recorded.duplicate

    @rule(which=some)
    @precondition(lambda self: self._announced())
    def a_message_arrives(self, which: int) -> None:
        """It stays in the queue, and may arrive again."""
        announced = self._announced()
        self._begin(announced[which % len(announced)])

    @rule()
    def every_message_is_lost(self) -> None:
        self.world.announcer.announced.clear()
        self.world.publisher.published.clear()

    @rule(which=some)
    @precondition(lambda self: self.accepted)
    def somebody_hears_of_an_event_at_any_time(self, which: int) -> None:
        known = list(self.accepted.values())
        self._begin(known[which % len(known)])

    @rule(which=some, memories=st.integers(0, 2))
    @precondition(lambda self: self.workers)
    def a_worker_finishes(self, which: int, memories: int) -> None:
        """In time, or as a zombie whose lease ran out long ago."""
        self._do(self._taken(which).finish(memories))

    @rule(which=some, memories=st.integers(0, 2))
    @precondition(lambda self: self.workers)
    def a_worker_finishes_while_the_database_is_away(self, which: int, memories: int) -> None:
        self.world.database.reachable = False
        self._do(self._taken(which).finish(memories))
        self.world.database.reachable = True

    @rule(which=some)
    @precondition(lambda self: self.workers)
    def a_worker_is_refused_memories(self, which: int) -> None:
        """What it can still write is degraded, and to be healed."""
        self._do(self._taken(which).be_refused())

    @rule(answers=st.sampled_from([(0,), (2,), (MemoriesRefused(),), (MemoriesRefused(), 1)]), early=st.booleans())
    def healers_look(self, answers: tuple[int | Exception, ...], *, early: bool) -> None:
        self.world.memories = ScriptedMemories(counts=answers)
        command = HealCommand(early=early)
        self._do(asyncio.wait_for(_both(self.world.heal(command), self.world.heal(command)), 10))

    @rule(which=some)
    @precondition(lambda self: self.accepted)
    def a_healer_dies(self, which: int) -> None:
        self._do(self._claim_to_heal(self._event(which).event_id))

    @rule(rules=st.sampled_from([ScoringRules(), GENEROUS, STRICT]), user=st.one_of(st.none(), users))
    def scores_are_recalculated(self, rules: ScoringRules, user: str | None) -> None:
        wanted = EventFilter(user_id=UserId(user) if user else None)
        self._do(self._recalculate(RecalculateScoresCommand(rules=rules, wanted=wanted)))

    @rule(which=some)
    @precondition(lambda self: self.workers)
    def a_worker_fails(self, which: int) -> None:
        self._do(self._taken(which).fail())

    @rule(which=some)
    @precondition(lambda self: self.workers)
    def a_worker_is_told_to_stop(self, which: int) -> None:
        worker = self._taken(which)
        held = self._is_held_by(worker)
        self._do(worker.stop())
        if held:
            event = self.world.event(worker.claimed.event_id)
            assert event.status is EventStatus.PENDING
            assert event.attempt_count == worker.claimed.attempt_count - 1

    @rule(which=some)
    @precondition(lambda self: self.workers)
    def a_worker_dies(self, which: int) -> None:
        self.dead.append(self._taken(which))

    @rule(which=some)
    @precondition(lambda self: self.workers)
    def a_worker_lies_frozen_and_another_takes_over(self, which: int) -> None:
        worker = self.workers[which % len(self.workers)]
        self.world.clock.advance(LEASE)
        self._begin(worker.claimed.event_id)

    @rule(which=some)
    @precondition(lambda self: self.workers)
    def a_worker_renews_its_lease(self, which: int) -> None:
        worker = self.workers[which % len(self.workers)]
        keeper = self.world.scoring(worker.name).lease_keeper
        held = self._do(keeper._renew(worker.claimed))
        assert held == self._is_held_by(worker)

    @rule(by=st.sampled_from([timedelta(seconds=3), LEASE / 2, LEASE, timedelta(hours=8), LONGER_THAN_ANY_WAIT]))
    def time_passes(self, by: timedelta) -> None:
        self.world.clock.advance(by)

    @rule(batch=st.integers(1, 3), broker=st.booleans())
    def the_relay_looks(self, batch: int, *, broker: bool) -> None:
        self.world.publisher.reachable = broker
        with suppress(DependencyUnavailable):
            self._do(self.world.relaying(batch_size=batch)())

    @rule(which=some)
    @precondition(lambda self: self.accepted)
    def a_person_retries(self, which: int) -> None:
        retry = RetryEvent(unit_of_work=self.world.unit_of_work, announcer=self.world.announcer, clock=self.world.clock)
        event = self._event(which)
        with suppress(DomainError):
            self._do(retry(event.conversation_id))
            assert event.status in (EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED)
            self.ended.pop(event.event_id, None)

    @rule(which=some)
    @precondition(lambda self: self.accepted)
    def a_person_skips(self, which: int) -> None:
        skip = SkipEvent(unit_of_work=self.world.unit_of_work, clock=self.world.clock)
        event = self._event(which)
        with suppress(DomainError):
            self._do(skip(event.conversation_id))
            assert event.status is not EventStatus.PROCESSED
            self.ended.pop(event.event_id, None)

    @rule(user=users)
    def a_child_is_erased(self, user: str) -> None:
        erase = EraseUser(
            unit_of_work=self.world.unit_of_work,
            removal=LogRemoval(unit_of_work=self.world.unit_of_work, logs=self.world.logs),
            clock=self.world.clock,
            patience=timedelta(seconds=1),
            logs_again_after=timedelta(minutes=1),
        )
        receipt = self._do(erase(UserId(user)))
        self.erased_at[user] = receipt.erased_at
        for posted in [posted for posted in self.accepted if posted[1] == user]:
            event_id = self.accepted.pop(posted)
            self.ended.pop(event_id, None)
            self.fences.pop(event_id, None)

    @invariant()
    def what_was_accepted_is_there_and_nothing_else(self) -> None:
        tables = self.world.database.tables
        assert tables.events.keys() == set(self.accepted.values())
        assert tables.logs.keys() == tables.events.keys()
        assert tables.attempts.keys() <= tables.events.keys()
        assert {entry.conversation_id for entry in tables.ledger} <= {
            event.conversation_id for event in tables.events.values()
        }

    @invariant()
    def every_event_is_in_one_legal_state(self) -> None:
        tables = self.world.database.tables
        for event in tables.events.values():
            assert_in_one_legal_state(event, tables)
            assert_attempts_tell_the_story(event, tables)

    @invariant()
    def every_conversation_counts_once(self) -> None:
        assert_counted_once(self.world.database.tables)
        assert_told_as_counted(self.world.database.tables)

    @invariant()
    def fences_only_grow_and_what_has_ended_stays_as_it_is(self) -> None:
        for event in self.world.database.tables.events.values():
            assert event.fence >= self.fences.get(event.event_id, 0)
            self.fences[event.event_id] = event.fence
            if event.status in FINAL:
                # Corrections are extra: what it counts may change, what became of it does not.
                as_it_ended = replace(
                    event, signals=Signals(), score=None, new_friendship_level=None, healing=Healing()
                )
                assert self.ended.setdefault(event.event_id, as_it_ended) == as_it_ended

    def teardown(self) -> None:
        try:
            self._do(self._die())
            self._do(self._to_the_end())
            self.every_conversation_counts_once()
            self.every_event_is_in_one_legal_state()
            self.fences_only_grow_and_what_has_ended_stays_as_it_is()
        finally:
            self.loop.close()

    async def _die(self) -> None:
        """The dead write nothing, so their database is away."""
        self.world.database.reachable = False
        for worker in (*self.workers, *self.dead):
            await worker.stop()
        self.world.database.reachable = True

    async def _to_the_end(self) -> None:
        """The relay alone, whatever messages were lost, brings every event to its end."""
        self.world.publisher.reachable = True
        relay, scoring = self.world.relaying(), self.world.scoring("last")
        for _ in range(ROUNDS_TO_THE_END):
            self.world.clock.advance(LONGER_THAN_ANY_WAIT)
            self.world.publisher.published.clear()
            await relay()
            for announcement in self.world.publisher.published:
                await scoring(announcement.event_id)
        assert {event.status for event in self.world.database.tables.events.values()} <= set(FINAL)

    async def _claim_to_heal(self, event_id: EventId) -> None:
        now = self.world.clock.now()
        async with self.world.unit_of_work() as work:
            await work.degraded.claim(event_id, now=now, until=now + LEASE, early=True)
            await work.commit()

    async def _recalculate(self, command: RecalculateScoresCommand) -> None:
        recalculate = RecalculateScores(unit_of_work=self.world.unit_of_work, clock=self.world.clock)
        async for _ in recalculate(command):
            pass

    def _begin(self, event_id: EventId) -> None:
        self.hired += 1
        worker = self._do(begin(self.world, event_id, f"worker_{self.hired}"))
        if worker is not None:
            self.workers.append(worker)

    def _taken(self, which: int) -> Worker:
        return self.workers.pop(which % len(self.workers))

    def _event(self, which: int) -> ConversationEvent:
        known = list(self.accepted.values())
        return self.world.event(known[which % len(known)])

    def _is_held_by(self, worker: Worker) -> bool:
        stored = self.world.database.tables.events.get(worker.claimed.event_id)
        held = stored is not None and stored.status is EventStatus.PROCESSING
        return held and stored is not None and stored.fence == worker.claimed.fence

    def _announced(self) -> list[EventId]:
        messages = (*self.world.announcer.announced, *self.world.publisher.published)
        return [message.event_id for message in messages]

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.loop.run_until_complete(work)


Promises.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=bool(os.environ.get("CI")),
)
TestPromises = Promises.TestCase
