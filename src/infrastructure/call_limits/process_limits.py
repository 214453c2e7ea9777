import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from application.ports.call_limits import CallLimit, CallLimits, CallVerdict

# Whoever called longest ago is forgotten first, and is by then almost surely rested.
MOST_CALLERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCallLimits(CallLimits):
    """Knows of this process only."""

    monotonic: Callable[[], float] = time.monotonic
    _rested_at: OrderedDict[str, float] = field(default_factory=OrderedDict)

    async def spend(self, caller: str, limit: CallLimit) -> CallVerdict:
        now = self.monotonic()
        rested_at = max(self._rested_at.get(caller, now), now) + limit.interval_seconds
        verdict = limit.verdict(rested_at - now)
        if verdict.allowed:
            self._rested_at[caller] = rested_at
            self._rested_at.move_to_end(caller)
            if len(self._rested_at) > MOST_CALLERS:
                self._rested_at.popitem(last=False)
        return verdict
