"""Why a guarded call brought no answer. An adapter raises AttemptFailed, and translates what the guard lets out."""

from datetime import timedelta


class CallFailed(Exception):
    """No answer. Its text never holds what was sent or received."""


class AttemptFailed(CallFailed):
    """One attempt brought no answer.

    ``transient``: the same attempt may succeed later, and it speaks against the dependency. Otherwise the fault is
    ours: it is never tried again, and is no verdict for the breaker.
    ``not_before``: how long the dependency asked to be left alone.
    """

    def __init__(self, reason: str, *, transient: bool, not_before: timedelta | None = None) -> None:
        super().__init__(reason)
        self.transient = transient
        self.not_before = not_before


class AttemptTimedOut(AttemptFailed):
    def __init__(self, reason: str) -> None:
        super().__init__(reason, transient=True)


class RateLimited(AttemptFailed):
    """The dependency says that it was asked too often."""


class OutOfTime(CallFailed):
    """The time for the whole call ran out: in an attempt, between two, or in the queue before one."""


class AllowanceSpent(CallFailed):
    """The dependency's rate limit leaves nothing for this call within its time; nothing was asked."""
