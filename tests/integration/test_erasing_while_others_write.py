"""Erasing a user in a real database, while posts and workers are about the same user."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from application.errors import Conflict, DependencyUnavailable, LeaseLost, UserErased
from application.log_removal import LogRemoval
from application.use_cases.calculate_score import ScoringOutcome
from application.use_cases.erase_user import EraseUser
from application.use_cases.record_conversation_end import RecordConversationEndCommand
from application.use_cases.verify_ledger import VerifyLedger
from domain.erasure import ErasureReceipt
from domain.event import ConversationEvent
from domain.friendship import Friendship
from domain.identifiers import UserId
from infrastructure.in_memory.clock import FakeClock
from infrastructure.postgres.conversation_intake import BatchingConversationIntake
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.unit_of_work import PostgresUnitOfWorkFactory
from tests.contracts.storage import LIMIT, Storage, a_new_event, postgres_storage
from tests.examples import ENDED, USER, a_ledger_entry, a_reported_conversation, a_score, a_session
from tests.integration.http.running import TABLES, a_container
from tests.servers.databases import for_libpq
from tests.unit.application.analysts import PatientAnalyst

NOW = ENDED + timedelta(hours=1)
STATEMENTS_UNTIL_PREPARED = 6
A_MOMENT = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    storage: Storage
    intake: BatchingConversationIntake
    unit_of_work: PostgresUnitOfWorkFactory
    url: str
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))

    async def post(self, name: str, user: str = USER, *, end: datetime = ENDED) -> ConversationEvent | None:
        reported = a_reported_conversation(name, user_id=user, end_time=end)
        return await self.intake.accept(replace(a_new_event(name, reported=reported), log_location="postgres:"), b"log")

    async def erase(self, user: str = USER) -> ErasureReceipt:
        return await EraseUser(
            unit_of_work=self.unit_of_work,
            removal=LogRemoval(unit_of_work=self.unit_of_work, logs=self.storage.logs),
            clock=self.clock,
            patience=timedelta(seconds=1),
            logs_again_after=timedelta(minutes=5),
        )(UserId(user))

    def rows(self) -> dict[str, int]:
        return _rows(self.url)


def _rows(url: str) -> dict[str, int]:
    """Per table that says anything about children."""
    with psycopg.connect(for_libpq(url)) as connection:
        counted = {
            table: connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608
            for table in TABLES
        }
    return {table: count[0] for table, count in counted.items() if count and count[0]}


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    engine = make_engine(database_url, pool_size=30)
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    yield Place(
        storage=postgres_storage(engine),
        intake=BatchingConversationIntake(engine=autocommit, limit=LIMIT),
        unit_of_work=PostgresUnitOfWorkFactory(engine=engine, limit=LIMIT),
        url=database_url,
    )
    await engine.dispose()


async def _still_waits(task: asyncio.Task[object]) -> bool:
    done, _ = await asyncio.wait({task}, timeout=A_MOMENT)
    return not done


@pytest.mark.parametrize("statements_before", [0, STATEMENTS_UNTIL_PREPARED], ids=["new statement", "prepared"])
async def test_a_post_that_begins_during_an_erasure_sees_it(place: Place, statements_before: int) -> None:
    for number in range(statements_before):
        await place.post(f"conv_before_{number}", "user_7")

    async with place.unit_of_work() as work:
        await work.erasures.shut_out(USER, at=NOW)
        posting = asyncio.create_task(place.post("conv_0001"))
        assert await _still_waits(posting)
        await work.commit()

    with pytest.raises(UserErased):
        await posting


async def test_an_erasure_waits_for_posts_under_way_and_takes_them_along(place: Place) -> None:
    async with place.unit_of_work() as work:
        await work.events.add(a_new_event("conv_0001"), b"log")
        erasing = asyncio.create_task(place.erase())
        assert await _still_waits(erasing)
        await work.commit()

    assert (await erasing).numbers.events == 1
    assert place.rows() == {}


async def test_an_erasure_gives_up_before_it_holds_up_the_posts_of_everybody(place: Place) -> None:
    async with place.unit_of_work() as work:
        await work.events.add(a_new_event("conv_0001"), b"log")
        erasing = asyncio.create_task(place.erase())
        assert await _still_waits(erasing)
        of_another = await asyncio.wait_for(place.post("conv_0002", "user_7"), 5)
        with pytest.raises(DependencyUnavailable):
            await erasing

    assert of_another is not None


async def _outcome(place: Place, claimed: ConversationEvent, *, pause: Awaitable[object] | None = None) -> None:
    """What a worker writes in the end; it pauses with the friendship in its hands."""
    user = claimed.reported.user_id
    entry = a_ledger_entry(5.0, user_id=user, conversation_id=claimed.conversation_id, topic_id="movie")
    async with place.unit_of_work() as work:
        grown = (await work.friendships.held(user)).grown_by(entry, a_session())
        if pause:
            await pause
        await work.friendships.save(grown)
        await work.ledger.append(entry)
        done = claimed.processed(now=NOW, signals=claimed.signals, score=a_score(), level=grown.level)
        await work.events.save(done, ended_at=NOW)
        await work.commit()


@pytest.mark.parametrize("is_met", [False, True], ids=["first conversation", "later conversation"])
async def test_a_worker_that_holds_the_friendship_comes_first_and_all_of_it_goes(place: Place, is_met: bool) -> None:  # noqa: FBT001
    if is_met:
        await place.storage.keep_friendship(Friendship(user_id=USER, score=5.0))
    claimed = await place.storage.claimed(await place.storage.added(a_new_event()))
    go_on = asyncio.Event()

    writing = asyncio.create_task(_outcome(place, claimed, pause=go_on.wait()))
    await asyncio.sleep(A_MOMENT)
    erasing = asyncio.create_task(place.erase())
    assert await _still_waits(erasing)
    go_on.set()
    await writing

    numbers = (await erasing).numbers
    assert (numbers.events, numbers.ledger_entries, numbers.topics, numbers.friendship) == (1, 1, 1, 1)
    assert place.rows() == {}


@pytest.mark.parametrize("is_met", [False, True], ids=["first conversation", "later conversation"])
async def test_a_worker_that_comes_second_finds_its_event_gone_and_writes_nothing(place: Place, is_met: bool) -> None:  # noqa: FBT001
    if is_met:
        await place.storage.keep_friendship(Friendship(user_id=USER, score=5.0))
    claimed = await place.storage.claimed(await place.storage.added(a_new_event()))

    async with place.unit_of_work() as work:
        await work.erasures.remove(USER, logs_due_at=NOW)
        writing = asyncio.create_task(_outcome(place, claimed))
        assert await _still_waits(writing)
        await work.commit()

    with pytest.raises(LeaseLost):
        await writing
    assert place.rows() == {}


async def test_two_erasures_of_a_user_count_everything_once(place: Place) -> None:
    for number in range(5):
        await place.post(f"conv_{number}")
    await place.storage.keep_friendship(Friendship(user_id=USER, score=5.0))

    receipts = await asyncio.gather(*(place.erase() for _ in range(4)))

    assert sum(receipt.numbers.events for receipt in receipts) == 5
    assert sum(receipt.numbers.friendship for receipt in receipts) == 1
    assert place.rows() == {}


async def test_a_worker_paused_between_analysis_and_commit_resurrects_nothing(database_url: str) -> None:
    container, analyst = a_container(database_url), PatientAnalyst()
    container.analyst.override(analyst)
    try:
        reported = a_reported_conversation()
        command = RecordConversationEndCommand(reported=reported, log_items=[{"speaker": "user", "text": "Hi!"}])
        recorded = await container.record_conversation_end()(command)
        working = asyncio.create_task(container.calculate_score()(recorded.event.event_id))
        await analyst.asked.wait()

        receipt = await container.erase_user()(USER)
        analyst.released.set()

        assert await working is ScoringOutcome.LEASE_LOST
        assert (receipt.numbers.events, receipt.numbers.attempts) == (1, 1)
        assert _rows(database_url) == {}
    finally:
        await container.engine().dispose()


USERS = [f"user_{number}" for number in range(4)]
ROUNDS = 25


async def test_whatever_meets_an_erasure_nothing_older_than_it_is_left(place: Place) -> None:  # noqa: C901
    """Posts, workers and erasures of a few users, as fast as they go and in any order."""
    chance = random.Random(5)  # noqa: S311 - any order will do
    queue: asyncio.Queue[ConversationEvent] = asyncio.Queue()
    erased_at: dict[str, datetime] = {}

    async def post(worker: int) -> None:
        for number in range(ROUNDS):
            await asyncio.sleep(chance.random() / 200)
            with suppress(UserErased):
                stored = await place.post(f"conv_{worker}_{number}", chance.choice(USERS), end=datetime.now(UTC))
                if stored:
                    queue.put_nowait(stored)

    async def work() -> None:
        while True:
            event = await queue.get()
            claimed = await place.storage.claim(event, now=datetime.now(UTC))
            if claimed:
                with suppress(LeaseLost):
                    await _outcome(place, claimed)

    async def erase() -> None:
        for _ in range(ROUNDS):
            await asyncio.sleep(chance.random() / 50)
            user = chance.choice(USERS)
            with suppress(Conflict):
                receipt = await replace(place, clock=FakeClock(datetime.now(UTC))).erase(user)
                erased_at[user] = max(receipt.erased_at, erased_at.get(user, receipt.erased_at))

    workers = [asyncio.create_task(work()) for _ in range(4)]
    await asyncio.gather(*(post(worker) for worker in range(8)), *(erase() for _ in range(3)))
    await asyncio.sleep(A_MOMENT)
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)

    with psycopg.connect(for_libpq(place.url)) as connection:
        left = connection.execute("SELECT user_id, end_time FROM conversation_events").fetchall()
    assert len(erased_at) == len(USERS)
    assert [row for row in left if row[1] <= erased_at[row[0]]] == []
    async for check in VerifyLedger(unit_of_work=place.unit_of_work)():
        assert check.differences == []
