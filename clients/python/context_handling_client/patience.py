import random
from dataclasses import dataclass

AGAIN_LATER = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often to try, and for how long in all. Waits double from ``first_wait``; all are in seconds."""

    tries: int = 4
    seconds: float = 20.0
    first_wait: float = 0.25
    longest_wait: float = 5.0

    def wait_before(self, attempt: int, *, asked_for: float | None, elapsed: float) -> float | None:
        """Before the attempt of this number, from 2. None: it is over.

        ``asked_for``: what the service said. Without it the wait is drawn between half and all of the doubled one
        ("equal jitter": Brooker, "Exponential Backoff And Jitter", 2015), so that callers spread.
        """
        if attempt > self.tries:
            return None
        longest = min(self.first_wait * 2 ** (attempt - 2), self.longest_wait)
        wait = random.uniform(longest / 2, longest) if asked_for is None else asked_for  # noqa: S311 - keeps no secret
        return wait if elapsed + wait < self.seconds else None
