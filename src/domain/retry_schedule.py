from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySchedule:
    """Exponential waits with proportional jitter: min(cap, base x 2**n x (1 + U(-jitter, +jitter)))."""

    max_retries: int = 5
    base: timedelta = timedelta(hours=6)
    cap: timedelta = timedelta(hours=48)
    jitter: float = 0.2

    @property
    def max_attempts(self) -> int:
        return self.max_retries + 1

    def wait_after(self, failed_attempts: int, *, draw: float) -> timedelta | None:
        """How long to wait after this many failed attempts (>= 1); None when they are used up.

        ``draw`` is uniform in [-1, 1].
        """
        if failed_attempts >= self.max_attempts:
            return None
        # Beyond 2**16 any base is far above the cap; the bound keeps timedelta from overflowing.
        doublings = min(failed_attempts - 1, 16)
        wait = self.base * (1 << doublings) * (1 + self.jitter * draw)
        return min(self.cap, wait)
