"""Spends no more of what a dependency allows than it said is left."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

Cost = Mapping[str, int]
"""What one attempt takes of each allowance, by the allowance's name; a generous estimate is enough."""

ASK_AGAIN_SECONDS = 0.25


@dataclass(slots=True, kw_only=True)
class Allowance:
    """``left`` until ``resets_at`` (monotonic seconds), and ``limit`` from then on."""

    limit: int
    left: int
    resets_at: float
    resets_in: float
    telling: int = 0
    """Which telling this is; rises with each."""

    def renewed(self, now: float) -> "Allowance":
        """After the reset all is left again, until the dependency tells otherwise."""
        self.left, self.resets_at = self.limit, now + self.resets_in
        return self


@dataclass(slots=True, kw_only=True)
class RateLimiter:
    """Shared by all calls of a process. Never waits itself: it says how long to wait.

    Attempts under way count as spent until they end. Between looking and spending nothing is awaited.
    """

    monotonic: Callable[[], float] = time.monotonic
    _allowances: dict[str, Allowance] = field(default_factory=dict)
    _under_way: dict[str, int] = field(default_factory=dict)
    _paused_until: float = 0.0

    def learn(self, name: str, *, left: int, resets_in: timedelta, limit: int | None = None) -> None:
        """What an answer told of one allowance. Without a limit, what is left now is all there ever is."""
        seconds = resets_in.total_seconds()
        self._allowances[name] = Allowance(
            limit=max(left, 1) if limit is None else limit,
            left=left,
            resets_at=self.monotonic() + seconds,
            resets_in=seconds,
            telling=self._telling(name) + 1,
        )

    def pause(self, wait: timedelta) -> None:
        """The dependency asked to be left alone, whoever calls."""
        self._paused_until = max(self._paused_until, self.monotonic() + wait.total_seconds())

    def wait(self, cost: Cost) -> float:
        """Seconds after which to ask again. 0: an attempt of this cost may begin now."""
        now = self.monotonic()
        waits = [self._wait_for(name, amount, now) for name, amount in cost.items()]
        return max(0.0, self._paused_until - now, *waits)

    @contextmanager
    def spending(self, cost: Cost) -> Iterator[None]:
        """Around one attempt."""
        tellings = {name: self._telling(name) for name in cost}
        for name, amount in cost.items():
            self._under_way[name] = self._under_way.get(name, 0) + amount
        try:
            yield
        finally:
            for name, amount in cost.items():
                self._under_way[name] -= amount
                # If nobody told since it began, what is left does not count it yet.
                if name in self._allowances and self._telling(name) == tellings[name]:
                    self._allowances[name].left -= amount

    def _telling(self, name: str) -> int:
        return self._allowances[name].telling if name in self._allowances else 0

    def _wait_for(self, name: str, amount: int, now: float) -> float:
        allowance = self._allowances.get(name)
        if allowance is None:
            return 0.0
        if now >= allowance.resets_at:
            allowance = allowance.renewed(now)
        # Whoever needs more than there ever is goes when all of it is left.
        needed = min(amount, allowance.limit)
        if allowance.left < needed:
            return allowance.resets_at - now
        # What is under way may turn out to take less than it might.
        return ASK_AGAIN_SECONDS if allowance.left - self._under_way.get(name, 0) < needed else 0.0
