"""Keys and passwords of the services outside are replaced, as docs/secrets_rotation.md has it; too early as well."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from entrypoints.fake_services.behaviour import Behaviour
from entrypoints.fake_services.llm_role import LlmRole
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Forked, Nursery, nursery
from tests.faults.patience import until
from tests.faults.rolling import addresses, assert_more_is_accepted, rolled, started
from tests.faults.settings import BRISK
from tests.servers.databases import for_libpq
from tests.servers.object_store import ACCESS_KEY_ID, SECRET_ACCESS_KEY, PrivateObjectStore
from tests.servers.redis_server import PrivateRedis
from tests.stand_ins import Listening, standing_in

pytestmark = pytest.mark.servers
OLD = (ACCESS_KEY_ID, SECRET_ACCESS_KEY)
NEW = ("AKIATESTTESTNEXT", "not-a-secret-but-the-next-one")
IN_THE_DATABASE = "SELECT count(*) FROM conversation_events WHERE log_location = 'postgres:'"
DEGRADED = "SELECT count(*) FROM conversation_events WHERE jsonb_array_length(signals -> 'degraded') > 0"
FIRST, SECOND = "first-key-of-ours", "second-key-of-ours"
# The consumers move what lies in the database every half minute.
MOVED_SECONDS = 120.0


@pytest.fixture
def service(directory: Path, database_url: str, rabbitmq_url: str) -> Iterator[Nursery]:
    settings = {**BRISK, "DATABASE_URL": database_url, "RABBITMQ_URL": rabbitmq_url}
    with nursery(directory, settings) as children:
        yield children


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Groq and the memory service, played by stand-ins that want a key."""

    groq: Listening
    memories: Listening

    def accept_only(self, key: str) -> None:
        for one in (self.groq, self.memories):
            one.behaves(Behaviour(required_key=key))

    def settings(self, key: str) -> dict[str, str]:
        return {
            "GROQ_API_KEY": key,
            "GROQ_BASE_URL": self.groq.url,
            "MEMORY_API_KEY": key,
            "MEMORY_API_URL": self.memories.url,
            "HEAL_BASE_MINUTES": "0.01",
            "HEAL_MAX_HOURS": "0.0005",
            "HEAL_MAX_TRIES": "100",
            "HEAL_PER_MINUTE": "600",
        }


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        groq = await stack.enter_async_context(standing_in(role=LlmRole()))
        yield Outside(groq=groq, memories=await stack.enter_async_context(standing_in()))


async def test_a_key_that_is_refused_too_early_loses_nothing_and_scores_heal(
    service: Nursery, outside: Outside, checker: Checker
) -> None:
    outside.accept_only(FIRST)
    running = await started(service, outside.settings(FIRST))
    async with Backend(addresses(running)) as backend:
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        assert _number(checker, DEGRADED) == 0

        outside.accept_only(SECOND)
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        assert _number(checker, DEGRADED) == 3
        await rolled(service, running, outside.settings(SECOND))

        assert await until(lambda: _number(checker, DEGRADED) == 0)
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        assert _number(checker, DEGRADED) == 0
        checker.assert_all_counted(backend.promises)


async def test_with_two_keys_of_the_object_store_every_log_goes_there(
    service: Nursery, private_object_store: PrivateObjectStore, checker: Checker
) -> None:
    bucket = private_object_store.new_bucket()
    private_object_store.accept_only(OLD, NEW)
    running = await started(service, bucket.settings)
    async with Backend(addresses(running)) as backend:
        async with backend.under_load(robots=2):
            await assert_more_is_accepted(backend)
            running = await rolled(service, running, bucket.settings | _keys(NEW))
            await assert_more_is_accepted(backend)
        assert _number(checker, IN_THE_DATABASE) == 0
        private_object_store.accept_only(NEW)
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)


async def test_logs_that_a_store_refuses_go_into_the_database_and_are_moved_later(
    service: Nursery, private_object_store: PrivateObjectStore, checker: Checker
) -> None:
    bucket = private_object_store.new_bucket()
    running = await started(service, bucket.settings)
    async with Backend(addresses(running)) as backend:
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        private_object_store.accept_only(NEW)
        await backend.post_new(3)
        assert {call.status for call in backend.calls} == {202}
        assert _number(checker, IN_THE_DATABASE) == 3

        await rolled(service, running, bucket.settings | _keys(NEW))
        assert await until(lambda: _number(checker, IN_THE_DATABASE) == 0, seconds=MOVED_SECONDS)
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)


async def test_logs_that_cannot_be_read_for_a_while_are_scored_afterwards(
    service: Nursery, private_object_store: PrivateObjectStore, checker: Checker
) -> None:
    # Long enough for a restart, short enough for a test.
    settings = private_object_store.new_bucket().settings | {"RETRY_BASE_HOURS": "0.003", "RETRY_MAX_HOURS": "0.003"}
    api = service.serve(settings)
    await asyncio.to_thread(api.wait_until_up)
    async with Backend([api.url]) as backend:
        await backend.post_new(3)
        private_object_store.accept_only(NEW)
        consumer = service.consume(settings)
        assert await until(lambda: set(checker.unfinished(backend.promises).values()) == {"FAILED"})

        await rolled(service, [api, consumer], settings | _keys(NEW))
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)


async def test_a_changed_password_of_redis_refuses_nobody(
    service: Nursery, private_redis: PrivateRedis, checker: Checker
) -> None:
    running = await started(service, {"REDIS_URL": private_redis.url})
    async with Backend(addresses(running)) as backend:
        assert await _health(running) == ["ok", "ok"]
        new = private_redis.require("after")
        private_redis.hang_up()
        await backend.post_new(3)
        assert await until_degraded(running)
        running = await rolled(service, running, {"REDIS_URL": new})

        assert await _health(running) == ["ok", "ok"]
        await backend.post_new(3)
        assert {call.status for call in backend.calls} == {202}
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)


async def until_degraded(running: list[Forked]) -> bool:
    async with asyncio.timeout(30):
        while await _health(running) != ["degraded", "degraded"]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
    return True


async def _health(running: list[Forked]) -> list[str]:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as caller:
        return [(await caller.get(f"{url}/v1/health")).json()["status"] for url in addresses(running)]


def _keys(pair: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"), pair, strict=True))


def _number(checker: Checker, query: str) -> int:
    with psycopg.connect(for_libpq(checker.database_url), connect_timeout=10) as connection:
        found = connection.execute(query.encode()).fetchone()
    return int(found[0]) if found else 0
