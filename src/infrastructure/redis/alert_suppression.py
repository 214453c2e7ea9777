from dataclasses import dataclass
from datetime import timedelta

from application.ports.alert_suppression import WINDOW, AlertSuppression
from domain.alert import AlertComponent, AlertType
from infrastructure.redis.client import RedisClient

REMEMBERED_FOR = timedelta(days=1)
# The first to set the mark tells, and takes the count with it; everybody else adds to the count.
ADMIT = """
if redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[1]) then
    local suppressed = redis.call('GET', KEYS[2])
    redis.call('DEL', KEYS[2])
    return tonumber(suppressed or 0)
end
redis.call('INCRBY', KEYS[2], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return -1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAlertSuppression(AlertSuppression):
    """Shared by all processes that know the same Redis; one script a question."""

    redis: RedisClient
    window: timedelta = WINDOW
    prefix: str = "context-handling:alerts"

    async def admit(self, kind: AlertType, component: AlertComponent, *, count: int) -> int | None:
        # In braces what a cluster places keys by: both lie together.
        name = f"{self.prefix}:{{{kind}:{component}}}"
        keys = [f"{name}:silent", f"{name}:suppressed"]
        arguments = [_milliseconds(self.window), count, _milliseconds(REMEMBERED_FOR)]
        answer = await self.redis.run(ADMIT, keys, arguments)
        return None if answer < 0 else answer


def _milliseconds(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1000)
