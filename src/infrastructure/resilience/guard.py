"""Waiting, retrying and giving up, in one place for every dependency."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

import stamina

from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.errors import AllowanceSpent, AttemptFailed, AttemptTimedOut, OutOfTime
from infrastructure.resilience.rate_limiter import Cost, RateLimiter

Answer = TypeVar("Answer")
Attempt = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits between attempts: ``first``, then doubled, each with up to ``jitter`` more, ``longest`` at most."""

    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(seconds=10)
    jitter: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Around the calls of one dependency: total deadline > retries > breaker > one timed attempt.

    Every wait is inside ``total_limit``: for a place among ``concurrency`` attempts, for the rate limit, between two
    attempts. None of them counts as time of an attempt, and none is a verdict for the breaker.
    """

    name: str
    attempts: int
    attempt_limit: timedelta
    total_limit: timedelta
    breaker: CircuitBreaker
    concurrency: int
    backoff: Backoff = Backoff()
    limiter: RateLimiter = field(default_factory=RateLimiter)
    places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", asyncio.Semaphore(self.concurrency))

    async def __call__(self, attempt: Attempt[Answer], *, cost: Cost | None = None) -> Answer:
        """``attempt`` is awaited once or more; ``cost`` is what each takes of the rate limit.

        Raises CallFailed: CircuitOpen, AllowanceSpent, OutOfTime, or what the last attempt raised.
        Anything but AttemptFailed is a bug: raised at once, and not tried again.
        """
        try:
            async with asyncio.timeout(self.total_limit.total_seconds()) as deadline:
                call = _Call(guard=self, attempt=attempt, cost=cost or {}, deadline=deadline)
                return await call.with_retries()
        except TimeoutError:
            raise OutOfTime(f"{self.name} gave no answer in {self.total_limit.total_seconds():g} s") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call(Generic[Answer]):
    guard: Guard
    attempt: Attempt[Answer]
    cost: Cost
    deadline: asyncio.Timeout

    async def with_retries(self) -> Answer:
        backoff = self.guard.backoff
        retrying = stamina.AsyncRetryingCaller(
            attempts=self.guard.attempts,
            timeout=None,  # the deadline around us ends also what hangs
            wait_initial=backoff.first,
            wait_max=backoff.longest,
            wait_jitter=backoff.jitter,
        )
        return await retrying(self._pause_after, self.once)

    async def once(self) -> Answer:
        self.guard.breaker.refuse_early()
        async with self.guard.places:
            await self._until_allowed()
            with self.guard.breaker.guard(), self.guard.limiter.spending(self.cost):
                return await self._timed()

    async def _until_allowed(self) -> None:
        while (wait := self.guard.limiter.wait(self.cost)) > 0:
            if wait >= self._seconds_left():
                raise AllowanceSpent(f"the rate limit of {self.guard.name} leaves nothing for this call")
            await asyncio.sleep(wait)

    async def _timed(self) -> Answer:
        limit = self.guard.attempt_limit.total_seconds()
        try:
            async with asyncio.timeout(limit):
                return await self.attempt()
        except TimeoutError:
            raise AttemptTimedOut(f"{self.guard.name} did not answer in {limit:g} s") from None

    def _pause_after(self, error: Exception) -> bool | float:
        """Whether to try again; a number is the wait in seconds that the dependency asked for."""
        if not isinstance(error, AttemptFailed) or not error.transient:
            return False
        asked_for = error.not_before.total_seconds() if error.not_before else 0.0
        if max(asked_for, self.guard.backoff.first.total_seconds()) >= self._seconds_left():
            return False
        return asked_for + random.uniform(0, self.guard.backoff.jitter.total_seconds()) if asked_for else True  # noqa: S311 - spreads callers, keeps no secret

    def _seconds_left(self) -> float:
        return (self.deadline.when() or 0.0) - asyncio.get_running_loop().time()
