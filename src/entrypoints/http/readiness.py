import time
from dataclasses import dataclass
from datetime import timedelta

from application.use_cases.check_health import CheckHealth

REMEMBERED_FOR = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class Readiness:
    """Whether this process wants traffic: started, not draining, and with a database.

    Remembered for a second, so that probes never become a load of their own.
    """

    check_health: CheckHealth
    serving: bool = False
    _database: bool = False
    _asked_at: float = float("-inf")

    async def is_ready(self) -> bool:
        return self.serving and await self._has_database()

    async def _has_database(self) -> bool:
        if time.monotonic() - self._asked_at > REMEMBERED_FOR.total_seconds():
            health = await self.check_health()
            self._database = health.backlog is not None
            self._asked_at = time.monotonic()
        return self._database
