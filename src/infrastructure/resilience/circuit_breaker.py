"""A circuit breaker for asyncio: Nygard, "Release It!", 2nd edition, chapter 5.

No library offers a single probe for coroutines: they let every waiting caller through at once when half-open,
or count a cancelled call as a verdict.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from application.ports.health import BreakerState
from infrastructure.resilience.errors import AttemptFailed, CallFailed


class CircuitOpen(CallFailed):
    """The dependency failed too often; nothing was asked."""

    def __init__(self) -> None:
        super().__init__("it failed too often and is left alone for a while")


def speaks_against_it(error: Exception) -> bool:
    """Any error, but for an attempt that failed through a fault of ours."""
    return not isinstance(error, AttemptFailed) or error.transient


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """Opens after ``threshold`` failures in a row, for ``cooldown``; then one call decides.

    A call with no verdict, cancelled or failed through a fault of ours, leaves it as it was.
    Between looking at the state and changing it nothing is awaited, so it needs no lock.
    """

    threshold: int
    cooldown: timedelta
    counts: Callable[[Exception], bool] = speaks_against_it
    """Whether an error speaks against the dependency; a bad key of ours does not, and is no verdict."""
    monotonic: Callable[[], float] = time.monotonic
    on_change: Callable[[BreakerState], None] = lambda _: None
    _state: BreakerState = BreakerState.CLOSED
    _failures: int = 0
    _opened_at: float = 0.0
    _probing: bool = False
    _epoch: int = 0

    @property
    def state(self) -> BreakerState:
        return self._state

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around one call. Raises CircuitOpen instead of calling. A cancelled call is no verdict."""
        epoch = self._enter()
        try:
            yield
        except BaseException as error:
            if isinstance(error, Exception) and self.counts(error):
                self._leave(epoch, failed=True)
            else:
                self._withdraw(epoch)
            raise
        self._leave(epoch, failed=False)

    def refuse_early(self) -> None:
        """For a caller about to queue. Raises CircuitOpen if a call would be refused now; begins none."""
        if self._cooling() or self._probing:
            raise CircuitOpen

    def _cooling(self) -> bool:
        waited = self.monotonic() - self._opened_at
        return self._state is BreakerState.OPEN and waited < self.cooldown.total_seconds()

    def _enter(self) -> int:
        if self._state is BreakerState.OPEN:
            if self._cooling():
                raise CircuitOpen
            self._change_to(BreakerState.HALF_OPEN)
        if self._state is BreakerState.HALF_OPEN:
            if self._probing:
                raise CircuitOpen
            self._probing = True
        return self._epoch

    def _leave(self, epoch: int, *, failed: bool) -> None:
        if epoch != self._epoch:
            return  # the answer to a question of an earlier epoch
        if self._state is BreakerState.HALF_OPEN:
            self._change_to(BreakerState.OPEN if failed else BreakerState.CLOSED)
        elif not failed:
            self._failures = 0
        else:
            self._failures += 1
            if self._failures >= self.threshold:
                self._change_to(BreakerState.OPEN)

    def _withdraw(self, epoch: int) -> None:
        if epoch == self._epoch:
            self._probing = False

    def _change_to(self, state: BreakerState) -> None:
        self._state = state
        self._epoch += 1
        self._failures = 0
        self._probing = False
        self._opened_at = self.monotonic() if state is BreakerState.OPEN else self._opened_at
        self.on_change(state)
