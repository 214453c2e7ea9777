import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

INTERVAL = timedelta(milliseconds=100)
TARGET = timedelta(milliseconds=10)
# With fewer than the smallest at work, it is somebody else who keeps the machine busy. A burst of some hundred callers
# is no overload yet.
SMALLEST, FIRST, LARGEST = 32, 320, 512
DECREASE = 0.8
INCREASE = 8


@dataclass(slots=True, kw_only=True)
class ConcurrencyLimit:
    """How many requests may be worked on at once; found out by trying.

    Additive increase, multiplicative decrease on the delay of a queue, as SEDA does (Welsh and Culler, 2003), with
    CoDel's signal (Nichols and Jacobson, 2012; RFC 8289): not how long somebody waited, but how long everybody had
    to wait during an interval. A stall that the next moment makes good is none of our business.
    """

    standing_lag: Callable[[timedelta], float]
    """Seconds that everything waited at least, within the time given."""
    monotonic: Callable[[], float] = time.monotonic
    value: int = FIRST
    _next_look: float = 0.0
    _most: int = 0

    def look(self, in_flight: int) -> None:
        """At most once an interval it changes; to be called for every request."""
        self._most = max(self._most, in_flight)
        now = self.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + INTERVAL.total_seconds()
        if self.standing_lag(INTERVAL) > TARGET.total_seconds():
            self.value = self.value if self._most <= SMALLEST else self._decreased()
        elif self.value < FIRST or self._most >= self.value:
            self.value = min(LARGEST, self.value + INCREASE)
        self._most = in_flight

    def _decreased(self) -> int:
        """From what there really was: a limit far above it would take long to be felt."""
        return max(SMALLEST, int(min(self.value, self._most) * DECREASE))
