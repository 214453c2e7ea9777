import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.alert_suppression import WINDOW, AlertSuppression
from domain.alert import AlertComponent, AlertType
from infrastructure.alerting.suppression import ProcessSuppression
from infrastructure.redis.alert_suppression import RedisAlertSuppression
from infrastructure.redis.client import RedisClient
from tests.servers.redis_server import PrivateRedis

KIND, WHERE = AlertType.LLM_TIMEOUT, AlertComponent.LLM
LIMIT = timedelta(seconds=10)
SHORT = timedelta(milliseconds=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressing:
    """An adapter, and how its five minutes pass."""

    suppression: AlertSuppression
    let_the_window_pass: Callable[[], Awaitable[None]]

    async def admit(self, *, count: int = 1, component: AlertComponent = WHERE) -> int | None:
        return await self.suppression.admit(KIND, component, count=count)


@pytest.fixture(params=["process", pytest.param("redis", marks=pytest.mark.servers)])
async def suppressing(request: pytest.FixtureRequest) -> AsyncIterator[Suppressing]:
    if request.param == "process":
        yield _in_process()
        return
    client = RedisClient(request.getfixturevalue("redis_server_url"), limit=LIMIT)
    yield _in_redis(client)
    await client.close()


def _in_process() -> Suppressing:
    seconds = [0.0]

    async def let_the_window_pass() -> None:
        seconds[0] += WINDOW.total_seconds()

    return Suppressing(
        suppression=ProcessSuppression(monotonic=lambda: seconds[0]), let_the_window_pass=let_the_window_pass
    )


def _in_redis(client: RedisClient) -> Suppressing:
    """Redis has a clock of its own: there the window is short instead."""
    suppression = RedisAlertSuppression(redis=client, prefix=uuid.uuid4().hex)

    async def let_the_window_pass() -> None:
        marks = [f"{suppression.prefix}:{{{KIND}:{where}}}:silent" for where in AlertComponent]
        await client.run("return redis.call('DEL', unpack(KEYS))", marks, [])

    return Suppressing(suppression=suppression, let_the_window_pass=let_the_window_pass)


async def test_the_first_is_told(suppressing: Suppressing) -> None:
    assert await suppressing.admit() == 0


async def test_within_five_minutes_no_other_is_told(suppressing: Suppressing) -> None:
    await suppressing.admit()

    assert [await suppressing.admit() for _ in range(3)] == [None] * 3


async def test_the_next_one_tells_how_many_were_suppressed(suppressing: Suppressing) -> None:
    await suppressing.admit(count=7)
    await suppressing.admit(count=2)
    await suppressing.admit(count=3)

    await suppressing.let_the_window_pass()

    assert await suppressing.admit(count=11) == 5


async def test_what_was_told_of_is_not_told_again(suppressing: Suppressing) -> None:
    await suppressing.admit()
    await suppressing.admit()
    await suppressing.let_the_window_pass()
    await suppressing.admit()

    await suppressing.let_the_window_pass()

    assert await suppressing.admit() == 0


async def test_components_are_suppressed_each_for_itself(suppressing: Suppressing) -> None:
    await suppressing.admit(component=AlertComponent.LLM)

    assert await suppressing.admit(component=AlertComponent.MEMORY_SERVICE) == 0


async def test_of_many_at_once_one_is_told_and_the_others_are_counted(suppressing: Suppressing) -> None:
    answers = await asyncio.gather(*(suppressing.admit() for _ in range(8)))

    assert sorted(answers, key=str) == [0, *[None] * 7]
    await suppressing.let_the_window_pass()
    assert await suppressing.admit() == 7


async def test_replicas_share_what_was_told(redis_server_url: str) -> None:
    one, two = (RedisClient(redis_server_url, limit=LIMIT) for _ in range(2))
    replica = RedisAlertSuppression(redis=one, prefix=uuid.uuid4().hex)
    other = replace(replica, redis=two)

    answers = [await replica.admit(KIND, WHERE, count=1), await other.admit(KIND, WHERE, count=1)]

    assert answers == [0, None]
    await one.close()
    await two.close()


async def test_in_redis_the_window_ends_by_itself_and_nothing_stays_for_ever(redis_server_url: str) -> None:
    client = RedisClient(redis_server_url, limit=LIMIT)
    suppression = RedisAlertSuppression(redis=client, window=SHORT, prefix=uuid.uuid4().hex)
    await suppression.admit(KIND, WHERE, count=1)
    await suppression.admit(KIND, WHERE, count=1)
    counted = f"{suppression.prefix}:{{{KIND}:{WHERE}}}:suppressed"

    assert await client.run("return redis.call('PTTL', KEYS[1])", [counted], []) > 0
    async with asyncio.timeout(LIMIT.total_seconds()):
        while (answer := await suppression.admit(KIND, WHERE, count=0)) is None:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(SHORT.total_seconds() / 4)
    assert answer == 1
    await client.close()


async def test_a_redis_that_is_not_there_is_unavailable() -> None:
    client = RedisClient("redis://:hunter2@127.0.0.1:1/0", limit=LIMIT)

    with pytest.raises(DependencyUnavailable) as refused:
        await RedisAlertSuppression(redis=client).admit(KIND, WHERE, count=1)

    assert "hunter2" not in str(refused.value)
    await client.close()


async def test_a_redis_that_is_frozen_is_unavailable_by_the_deadline(private_redis: PrivateRedis) -> None:
    client = RedisClient(private_redis.url, limit=timedelta(seconds=0.3))
    suppression = RedisAlertSuppression(redis=client)
    assert await suppression.admit(KIND, WHERE, count=1) == 0

    private_redis.pause()
    async with asyncio.timeout(LIMIT.total_seconds()):
        with pytest.raises(DependencyUnavailable):
            await suppression.admit(KIND, WHERE, count=1)

    private_redis.resume()
    assert await suppression.admit(KIND, WHERE, count=1) is None
    await client.close()


async def test_a_redis_that_was_restarted_is_used_again(private_redis: PrivateRedis) -> None:
    client = RedisClient(private_redis.url, limit=LIMIT)
    suppression = RedisAlertSuppression(redis=client)
    await suppression.admit(KIND, WHERE, count=1)

    private_redis.kill()
    with pytest.raises(DependencyUnavailable):
        await suppression.admit(KIND, WHERE, count=1)
    private_redis.start()

    assert await suppression.admit(KIND, WHERE, count=1) == 0
    await client.close()
