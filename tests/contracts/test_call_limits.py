import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from application.ports.call_limits import CallLimit, CallLimits, CallVerdict
from application.ports.health import BreakerState
from infrastructure.call_limits.limits_with_fallback import CallLimitsWithFallback
from infrastructure.call_limits.process_limits import MOST_CALLERS, ProcessCallLimits
from infrastructure.redis.call_limits import RedisCallLimits
from infrastructure.redis.client import RedisClient
from tests.servers.redis_server import PrivateRedis

PATIENT = timedelta(seconds=10)
# So slow that nothing is regained while a test runs, unless it waits on purpose.
LIMIT = CallLimit(per_second=0.01, burst=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """An adapter, and how a second passes for it."""

    limits: CallLimits
    let_a_second_pass: Callable[[], Awaitable[None]]

    async def spend(self, caller: str = "robot", limit: CallLimit = LIMIT) -> CallVerdict:
        return await self.limits.spend(caller, limit)


@pytest.fixture(params=["process", pytest.param("redis", marks=pytest.mark.servers)])
async def counting(request: pytest.FixtureRequest) -> AsyncIterator[Counting]:
    if request.param == "process":
        yield _in_process()
        return
    client = RedisClient(request.getfixturevalue("redis_server_url"), limit=PATIENT)
    yield Counting(limits=_shared(client), let_a_second_pass=lambda: asyncio.sleep(1))
    await client.close()


def _in_process() -> Counting:
    seconds = [1000.0]

    async def let_a_second_pass() -> None:
        seconds[0] += 1

    return Counting(limits=ProcessCallLimits(monotonic=lambda: seconds[0]), let_a_second_pass=let_a_second_pass)


def _shared(client: RedisClient) -> RedisCallLimits:
    return RedisCallLimits(redis=client, prefix=uuid.uuid4().hex)


async def test_a_burst_is_allowed_and_counted_down(counting: Counting) -> None:
    verdicts = [await counting.spend() for _ in range(4)]

    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False]
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0]


async def test_who_is_refused_is_told_when_to_come_back(counting: Counting) -> None:
    _, _, last, refused = [await counting.spend() for _ in range(4)]

    assert 90 < last.wait_seconds <= 100
    assert 90 < refused.wait_seconds <= 100
    assert 290 < refused.rested_seconds <= 300


async def test_a_refused_call_costs_nothing(counting: Counting) -> None:
    verdicts = [await counting.spend() for _ in range(20)]

    assert verdicts[-1].wait_seconds <= 100


async def test_callers_do_not_share(counting: Counting) -> None:
    for _ in range(4):
        await counting.spend("one")

    assert (await counting.spend("another")).remaining == 2


async def test_what_time_gives_back_is_the_rate(counting: Counting) -> None:
    """Not the whole burst: a window that is counted from anew would allow twice as much around its end."""
    limit = CallLimit(per_second=1, burst=4)
    for _ in range(5):
        await counting.spend(limit=limit)

    await counting.let_a_second_pass()

    assert (await counting.spend(limit=limit)).allowed
    assert not (await counting.spend(limit=limit)).allowed


async def test_calls_at_once_are_each_counted(counting: Counting) -> None:
    verdicts = await asyncio.gather(*(counting.spend() for _ in range(30)))

    assert sum(verdict.allowed for verdict in verdicts) == 3


@pytest.mark.parametrize("caller", ["sub:Bé Na", "sub:{a}:b", "address:::1", "sub:" + "x" * 5000, "sub:\n"])
async def test_any_name_is_a_caller(counting: Counting, caller: str) -> None:
    assert [(await counting.spend(caller)).remaining for _ in range(2)] == [2, 1]


async def test_a_process_forgets_who_called_long_ago() -> None:
    limits = ProcessCallLimits()
    for number in range(MOST_CALLERS + 1):
        await limits.spend(f"caller {number}", LIMIT)

    assert (await limits.spend("caller 0", LIMIT)).remaining == 2
    assert (await limits.spend(f"caller {MOST_CALLERS}", LIMIT)).remaining == 1


@pytest.mark.servers
async def test_replicas_share_what_was_spent(redis_server_url: str) -> None:
    one, two = (RedisClient(redis_server_url, limit=PATIENT) for _ in range(2))
    prefix = uuid.uuid4().hex

    verdicts = [await RedisCallLimits(redis=client, prefix=prefix).spend("robot", LIMIT) for client in (one, two, one)]

    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0]
    await one.close()
    await two.close()


@pytest.mark.servers
async def test_nothing_of_a_rested_caller_stays_in_redis(redis_server_url: str) -> None:
    client = RedisClient(redis_server_url, limit=PATIENT)
    limits = _shared(client)

    await limits.spend("robot", CallLimit(per_second=1, burst=3))

    left = await client.run("return redis.call('PTTL', KEYS[1])", [f"{limits.prefix}:{{robot}}"], [])
    assert 0 < left <= 1000
    await client.close()


async def test_without_redis_a_process_counts_for_itself() -> None:
    client = RedisClient("redis://127.0.0.1:1/0", limit=PATIENT)
    limits = CallLimitsWithFallback(shared=RedisCallLimits(redis=client), own=ProcessCallLimits())

    verdicts = [await limits.spend("robot", LIMIT) for _ in range(5)]

    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert limits.breaker.state is BreakerState.OPEN
    await client.close()


@dataclass(slots=True, kw_only=True)
class Silent(CallLimits):
    """Does not answer, as a Redis that is frozen."""

    asked: int = 0

    async def spend(self, caller: str, limit: CallLimit) -> CallVerdict:
        self.asked += 1
        await asyncio.sleep(60)
        raise DependencyUnavailable("too late")


async def test_a_redis_that_does_not_answer_is_soon_not_asked_any_more() -> None:
    silent = Silent()
    limits = CallLimitsWithFallback(shared=silent, own=ProcessCallLimits(), patience=timedelta(milliseconds=5))

    verdicts = [await limits.spend("robot", CallLimit(per_second=1, burst=100)) for _ in range(20)]

    assert all(verdict.allowed for verdict in verdicts)
    assert silent.asked == 3


@pytest.mark.servers
async def test_a_redis_that_thaws_is_asked_again(private_redis: PrivateRedis) -> None:
    client = RedisClient(private_redis.url, limit=timedelta(seconds=0.3))
    limits = CallLimitsWithFallback(shared=_shared(client), own=ProcessCallLimits(), patience=PATIENT)
    limits.breaker.cooldown = timedelta(milliseconds=100)
    await limits.spend("robot", LIMIT)

    private_redis.pause()
    frozen = [await limits.spend("robot", LIMIT) for _ in range(4)]
    state = limits.breaker.state
    private_redis.resume()
    await asyncio.sleep(0.5)

    assert [verdict.remaining for verdict in frozen] == [2, 1, 0, 0]
    assert state is BreakerState.OPEN
    assert (await limits.spend("robot", LIMIT)).remaining <= 1
    assert limits.breaker.state is BreakerState.CLOSED
    await client.close()
