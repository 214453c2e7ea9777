"""Healing on a real database: many healers at once, children who go on talking, and one who is erased."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from application.log_removal import LogRemoval
from application.use_cases.erase_user import EraseUser
from application.use_cases.heal_degraded_scores import HealCommand, HealDegradedScores, HealedScore, HealOutcome
from domain.friendship import Friendship
from domain.identifiers import UserId
from infrastructure.postgres.engine import make_engine
from tests.contracts.storage import Storage, in_memory_storage, postgres_storage
from tests.healing import Chat, Service, some_chats
from tests.unit.application.analysts import PatientAnalyst

SEED, USERS, EACH, HEALERS = 7, 6, 10, 3
EVER = timedelta(days=3)


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    engine = make_engine(database_url, pool_size=30)
    yield postgres_storage(engine)
    await engine.dispose()


async def _friendships(service: Service) -> list[Friendship | None]:
    return [await service.storage.friendship(UserId(f"user_{number}")) for number in range(USERS)]


async def _talk(service: Service, chats: list[Chat]) -> None:
    for chat in chats:
        await service.talk(chat)


async def _heal_at_once(service: Service) -> int:
    service.storage.clock.advance(EVER)
    done = await asyncio.gather(*(service.heal() for _ in range(HEALERS)))
    return sum(map(len, done))


async def _erase(storage: Storage, user: str) -> None:
    minute = timedelta(minutes=1)
    await EraseUser(
        unit_of_work=storage.unit_of_work,
        removal=LogRemoval(unit_of_work=storage.unit_of_work, logs=storage.logs),
        clock=storage.clock,
        patience=minute,
        logs_again_after=minute,
    )(UserId(user))


async def test_after_faults_and_healing_by_several_at_once_everybody_is_as_without_the_fault(storage: Storage) -> None:
    """Children go on talking while healers are at their earlier conversations; the fault-free run is in memory."""
    chats = some_chats(SEED, users=USERS, each=EACH)
    well = Service(storage=in_memory_storage(), seed=SEED)
    flaky = Service(storage=storage, seed=SEED, failing=0.3)

    await asyncio.gather(*(_talk(well, of_user) for of_user in chats))
    await asyncio.gather(*(_talk(flaky, of_user[: EACH // 2]) for of_user in chats))
    degraded = len(await flaky.degraded())
    await asyncio.gather(_heal_at_once(flaky), *(_talk(flaky, of_user[EACH // 2 :]) for of_user in chats))
    flaky.recover()
    while await _heal_at_once(flaky):
        pass

    assert degraded > USERS
    assert await _friendships(flaky) == await _friendships(well)
    assert await flaky.differences() == []
    assert sorted(flaky.memories.extracted) == sorted(well.memories.extracted)


async def test_of_many_healers_of_one_event_one_corrects_it(storage: Storage) -> None:
    service = Service(storage=storage, failing=1.0)
    await service.talk(some_chats(SEED, users=1, each=1)[0][0])
    service.recover()

    done = await asyncio.gather(*(service.heal(HealCommand(early=True)) for _ in range(8)))

    outcomes = [healed.outcome for of_one in done for healed in of_one]
    assert outcomes.count(HealOutcome.HEALED) == 1
    assert set(outcomes) <= {HealOutcome.HEALED, HealOutcome.TAKEN}
    assert await service.differences() == []


async def test_a_child_erased_while_a_healer_analyses_leaves_nothing(storage: Storage) -> None:
    service, analyst = Service(storage=storage, failing=1.0), PatientAnalyst()
    await service.talk(some_chats(SEED, users=1, each=1)[0][0])
    healer = service.healer()
    waiting = replace(healer, analysis=replace(healer.analysis, analyst=analyst))

    healing = asyncio.create_task(_all(waiting))
    await asyncio.wait_for(analyst.asked.wait(), 10)
    await _erase(storage, "user_0")
    analyst.released.set()

    assert [healed.outcome for healed in await healing] == [HealOutcome.TAKEN]
    assert await storage.friendship(UserId("user_0")) is None
    assert await service.differences() == []


async def _all(healer: HealDegradedScores) -> list[HealedScore]:
    return [healed async for healed in healer(HealCommand(early=True))]
