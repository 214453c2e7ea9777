import asyncio
from dataclasses import dataclass, field

from application.ports.call_limits import CallLimit, CallLimits, CallVerdict
from infrastructure.redis.client import MAX_CONNECTIONS, RedisClient

# The time is that of Redis: replicas' clocks differ. A caller that is rested needs no key.
SPEND = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local rested = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tonumber(ARGV[1])
local ahead = rested - now
if ahead <= tonumber(ARGV[2]) then
    redis.call('SET', KEYS[1], string.format('%.0f', rested), 'PX', math.ceil(ahead / 1000))
end
return ahead
"""
MICROSECONDS = 1_000_000


def _places() -> asyncio.Semaphore:
    return asyncio.Semaphore(MAX_CONNECTIONS // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisCallLimits(CallLimits):
    """Shared by all processes that know the same Redis; one script a call."""

    redis: RedisClient
    prefix: str = "context-handling:calls"
    _turns: asyncio.Semaphore = field(default_factory=_places)

    async def spend(self, caller: str, limit: CallLimit) -> CallVerdict:
        arguments = [_microseconds(limit.interval_seconds), _microseconds(limit.tolerance_seconds)]
        async with self._turns:  # beyond its connections the client would refuse
            ahead = await self.redis.run(SPEND, [f"{self.prefix}:{{{caller}}}"], arguments)
        return limit.verdict(ahead / MICROSECONDS)


def _microseconds(seconds: float) -> int:
    return round(seconds * MICROSECONDS)
