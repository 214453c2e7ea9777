"""What is told of Redis while it runs, is frozen, and is gone."""

from datetime import timedelta

import pytest

from application.ports.health import CacheProbe, CacheState
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.redis.client import RedisClient
from infrastructure.redis.probe import RedisProbe
from infrastructure.switched_off.cache import NoCache
from tests.servers.redis_server import PrivateRedis

LIMIT = timedelta(seconds=0.5)


@pytest.mark.servers
async def test_it_is_connected_as_long_as_it_answers(private_redis: PrivateRedis) -> None:
    client = RedisClient(private_redis.url, limit=LIMIT)
    probe = RedisProbe(client=client)

    running = await probe.state()
    private_redis.pause()
    frozen = await probe.state()
    private_redis.resume()
    again = await probe.state()
    private_redis.kill()
    gone = await probe.state()
    await client.close()

    assert [running, frozen, again, gone] == ["connected", "disconnected", "connected", "disconnected"]


async def test_one_that_was_never_there_is_disconnected() -> None:
    client = RedisClient(f"redis://{LOOPBACK}:{free_port()}/0", limit=LIMIT)

    assert await RedisProbe(client=client).state() is CacheState.DISCONNECTED
    await client.close()


async def test_none_is_told_as_such() -> None:
    probe: CacheProbe = NoCache()

    assert await probe.state() is CacheState.NOT_CONFIGURED
