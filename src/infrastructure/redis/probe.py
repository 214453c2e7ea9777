from dataclasses import dataclass

from application.errors import DependencyUnavailable
from application.ports.health import CacheProbe, CacheState
from infrastructure.redis.client import RedisClient


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisProbe(CacheProbe):
    client: RedisClient

    async def state(self) -> CacheState:
        try:
            await self.client.answer()
        except DependencyUnavailable:
            return CacheState.DISCONNECTED
        return CacheState.CONNECTED
