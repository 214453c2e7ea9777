"""How often one caller may call, whoever counts."""

import math
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CallVerdict:
    allowed: bool
    remaining: int
    """Calls that would be allowed at once after this one."""
    wait_seconds: float
    """Until the next call is allowed; 0: at once."""
    rested_seconds: float
    """Until all calls of a burst are allowed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimit:
    """On average ``per_second`` calls, ``burst`` of them at once.

    Counted by the Generic Cell Rate Algorithm (ITU-T I.371, annex A, the "virtual scheduling" form): all that is kept
    of a caller is how far ahead of its rate it is. It is a token bucket without anybody who fills it.
    """

    per_second: float
    burst: int

    @property
    def interval_seconds(self) -> float:
        return 1 / self.per_second

    @property
    def tolerance_seconds(self) -> float:
        """How far ahead of its rate a caller may be."""
        return self.burst / self.per_second

    def verdict(self, ahead_seconds: float) -> CallVerdict:
        """On a call with which its caller is, or would be, so far ahead of the rate."""
        left = self.tolerance_seconds - ahead_seconds
        if left < -_ROUNDING:
            rested = ahead_seconds - self.interval_seconds
            return CallVerdict(allowed=False, remaining=0, wait_seconds=-left, rested_seconds=rested)
        remaining = max(0, math.floor(left * self.per_second + _ROUNDING))
        wait = max(0.0, self.interval_seconds - left) if remaining == 0 else 0.0
        return CallVerdict(allowed=True, remaining=remaining, wait_seconds=wait, rested_seconds=ahead_seconds)


_ROUNDING = 1e-6  # whoever counts may do so in microseconds


class CallLimits(Protocol):
    async def spend(self, caller: str, limit: CallLimit) -> CallVerdict:
        """Counts one call of ``caller``; one that is not allowed costs nothing. Raises DependencyUnavailable."""
        ...
