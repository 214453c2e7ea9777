import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

log = structlog.get_logger("loop")
INTERVAL = timedelta(milliseconds=10)
REMEMBERED = 3_000  # samples: half a minute
TOLD_EVERY = timedelta(seconds=30)
NOTABLE = timedelta(milliseconds=50)  # a worst lag below this is not worth a line


@dataclass(slots=True, kw_only=True)
class LoopLag:
    """How much later than asked for the event loop wakes a sleeper: what any other task waits for its turn, too."""

    interval: timedelta = INTERVAL
    monotonic: Callable[[], float] = time.monotonic
    told: Callable[[float], None] = lambda _: None
    """Called with each lag, in seconds."""
    _due: float = 0.0
    _samples: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """When, and how late; in seconds."""

    async def watch(self) -> None:
        """For ever. Tells now and then how it was, if it was bad."""
        tell_at = self.monotonic() + TOLD_EVERY.total_seconds()
        while True:
            self.expect()
            await asyncio.sleep(self.interval.total_seconds())
            self.note()
            if self.monotonic() > tell_at:
                self._tell()
                tell_at = self.monotonic() + TOLD_EVERY.total_seconds()

    def expect(self) -> None:
        """The sleeper goes to sleep."""
        self._due = self.monotonic() + self.interval.total_seconds()

    def note(self) -> None:
        """The sleeper wakes."""
        now = self.monotonic()
        lag = max(0.0, now - self._due)
        self._samples.append((now, lag))
        self.told(lag)

    def least(self, last: timedelta) -> float:
        """Seconds that everybody had to wait at least, lately. Zero for one stall between quiet moments.

        While the sleeper itself is overdue, that is the answer: nothing else was measured.
        """
        now = self.monotonic()
        since = now - last.total_seconds()
        lags = []
        for when, lag in reversed(self._samples):
            if when < since:
                break
            lags.append(lag)
        return min(lags) if lags else max(0.0, now - self._due if self._due else 0.0)

    def quantile(self, fraction: float) -> float:
        """Seconds, over all that is remembered; 1.0 is the worst."""
        lags = sorted(lag for _, lag in self._samples)
        return lags[min(len(lags) - 1, int(fraction * len(lags)))] if lags else 0.0

    def _tell(self) -> None:
        p99, worst = self.quantile(0.99), self.quantile(1.0)
        if worst >= NOTABLE.total_seconds():
            log.warning("event loop lagged", p99_ms=round(p99 * 1000, 1), max_ms=round(worst * 1000, 1))
