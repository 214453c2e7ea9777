import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from application.ports.health import BreakerState
from infrastructure.resilience.circuit_breaker import CircuitBreaker, CircuitOpen
from infrastructure.resilience.errors import AllowanceSpent, AttemptFailed, AttemptTimedOut, OutOfTime
from infrastructure.resilience.guard import Backoff, Guard
from infrastructure.resilience.rate_limiter import RateLimiter
from tests.virtual_time import in_virtual_time, now

AN_HOUR = 3600.0
BUSY = AttemptFailed("busy", transient=True)
REFUSED = AttemptFailed("refused", transient=False)


def a_guard(*, breaker: CircuitBreaker | None = None, limiter: RateLimiter | None = None, **numbers: float) -> Guard:
    """Three attempts of 15 s, 45 s in all, waits of 2 and 4 s without jitter, two places."""
    return Guard(
        name="service",
        attempts=int(numbers.get("attempts", 3)),
        attempt_limit=timedelta(seconds=numbers.get("attempt_limit", 15)),
        total_limit=timedelta(seconds=numbers.get("total_limit", 45)),
        breaker=breaker or a_breaker(),
        concurrency=int(numbers.get("concurrency", 2)),
        backoff=Backoff(jitter=timedelta(seconds=numbers.get("jitter", 0))),
        limiter=limiter or RateLimiter(monotonic=now),
    )


def a_breaker(threshold: int = 5) -> CircuitBreaker:
    return CircuitBreaker(threshold=threshold, cooldown=timedelta(seconds=60), monotonic=now)


class Service:
    """Does one thing after the other, the last for ever: raise, hang for a while, or answer. Notes when."""

    def __init__(self, *script: Exception | float | str) -> None:
        self.script = script
        self.asked_at: list[float] = []
        self.most_at_once = self.at_once = 0

    async def __call__(self) -> str:
        step = self.script[min(len(self.asked_at), len(self.script) - 1)]
        self.asked_at.append(now())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._do(step)
        finally:
            self.at_once -= 1

    async def _do(self, step: Exception | float | str) -> str:
        if isinstance(step, Exception):
            raise step
        if isinstance(step, float):
            await asyncio.sleep(step)
        return str(step)


def test_an_answer_is_handed_on() -> None:
    assert in_virtual_time(a_guard()(Service("yes"))) == "yes"


def test_what_may_work_later_is_tried_again_after_two_and_four_seconds() -> None:
    service = Service(BUSY, BUSY, "yes")

    assert in_virtual_time(a_guard()(service)) == "yes"
    assert service.asked_at == [0, 2, 6]


def test_waits_are_jittered_by_at_most_what_was_said() -> None:
    service = Service(BUSY, BUSY, "yes")

    in_virtual_time(a_guard(jitter=1)(service))

    first, second, third = service.asked_at
    assert 2 <= second - first <= 3
    assert 4 <= third - second <= 5


def test_the_last_failure_is_raised_when_no_attempt_is_left() -> None:
    service = Service(BUSY)

    with pytest.raises(AttemptFailed, match="busy"):
        in_virtual_time(a_guard()(service))
    assert len(service.asked_at) == 3


def test_a_fault_of_ours_is_not_tried_again_and_leaves_the_breaker_untouched() -> None:
    breaker, service = a_breaker(threshold=1), Service(REFUSED)

    with pytest.raises(AttemptFailed, match="refused"):
        in_virtual_time(a_guard(breaker=breaker)(service))
    assert len(service.asked_at) == 1
    assert breaker.state is BreakerState.CLOSED


def test_a_fault_of_ours_does_not_make_the_breaker_forget() -> None:
    breaker = a_breaker(threshold=2)
    guard = a_guard(breaker=breaker, attempts=1)

    async def calls() -> None:
        for failure in (BUSY, REFUSED, BUSY):
            await asyncio.gather(guard(Service(failure)), return_exceptions=True)

    in_virtual_time(calls())
    assert breaker.state is BreakerState.OPEN


def test_a_bug_is_raised_at_once() -> None:
    service = Service(KeyError("bug"))

    with pytest.raises(KeyError):
        in_virtual_time(a_guard()(service))
    assert len(service.asked_at) == 1


def test_an_attempt_that_hangs_is_cut_and_tried_again() -> None:
    service = Service(AN_HOUR, "yes")

    assert in_virtual_time(a_guard()(service)) == "yes"
    assert service.asked_at == [0, 17]


def test_an_attempt_that_times_out_says_so() -> None:
    with pytest.raises(AttemptTimedOut, match="service did not answer in 15 s"):
        in_virtual_time(a_guard(attempts=1)(Service(AN_HOUR)))


def test_the_whole_call_ends_by_its_deadline_whatever_hangs() -> None:
    async def call() -> float:
        with pytest.raises(OutOfTime):
            await a_guard()(Service(AN_HOUR))
        return now()

    assert in_virtual_time(call()) == 45


def test_an_attempt_cut_by_the_deadline_is_no_verdict() -> None:
    breaker = a_breaker(threshold=1)

    with pytest.raises(OutOfTime):
        in_virtual_time(a_guard(breaker=breaker, total_limit=5)(Service(AN_HOUR)))
    assert breaker.state is BreakerState.CLOSED


def test_a_wait_the_service_asks_for_is_kept() -> None:
    service = Service(AttemptFailed("busy", transient=True, not_before=timedelta(seconds=20)), "yes")

    in_virtual_time(a_guard()(service))

    assert service.asked_at == [0, 20]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    async def call() -> float:
        with pytest.raises(AttemptFailed, match="busy"):
            await a_guard()(Service(AttemptFailed("busy", transient=True, not_before=timedelta(seconds=45))))
        return now()

    assert in_virtual_time(call()) == 0


def test_every_attempt_counts_for_the_breaker_and_an_open_one_ends_the_retries() -> None:
    breaker, service = a_breaker(threshold=2), Service(BUSY)

    with pytest.raises(CircuitOpen):
        in_virtual_time(a_guard(breaker=breaker)(service))
    assert len(service.asked_at) == 2


def test_after_the_cooldown_one_trial_closes_it() -> None:
    breaker = a_breaker(threshold=1)
    guard = a_guard(breaker=breaker, attempts=1)

    async def calls() -> str:
        await asyncio.gather(guard(Service(BUSY)), return_exceptions=True)
        with pytest.raises(CircuitOpen):
            await guard(Service("yes"))
        await asyncio.sleep(60)
        return await guard(Service("yes"))

    assert in_virtual_time(calls()) == "yes"
    assert breaker.state is BreakerState.CLOSED


def test_no_more_attempts_run_at_once_than_there_are_places() -> None:
    service, guard = Service(3.0), a_guard(concurrency=2)

    in_virtual_time(_all(guard, service, calls=7))

    assert service.most_at_once == 2
    assert len(service.asked_at) == 7


def test_waiting_for_a_place_ends_by_the_deadline_and_frees_it() -> None:
    guard, waiting = a_guard(concurrency=1, attempts=1, attempt_limit=60, total_limit=40), Service("never")

    async def calls() -> tuple[list[object], str]:
        slow = guard(Service(30.0)), guard(Service(30.0))
        outcomes = await asyncio.gather(*slow, guard(waiting), return_exceptions=True)
        return list(outcomes), await guard(Service("next"))

    (served, cut, waited), following = in_virtual_time(calls())
    assert (served, following) == ("30.0", "next")
    assert isinstance(cut, OutOfTime)
    assert isinstance(waited, OutOfTime)
    assert waiting.asked_at == []


def test_a_pause_between_attempts_takes_no_place() -> None:
    guard, order = a_guard(concurrency=1), Service(BUSY, "yes")

    async def calls() -> list[float]:
        retrying = asyncio.create_task(guard(order))
        await asyncio.sleep(0.5)
        await guard(Service("quick"))
        answered = now()
        await retrying
        return [answered, now()]

    assert in_virtual_time(calls()) == [0.5, 2]


def test_cancelling_frees_the_place_and_is_no_verdict() -> None:
    breaker = a_breaker(threshold=1)
    guard = a_guard(breaker=breaker, concurrency=1)

    async def calls() -> str:
        for _ in range(1000):
            call = asyncio.create_task(guard(Service(AN_HOUR)))
            await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        return await guard(Service("yes"))

    assert in_virtual_time(calls()) == "yes"
    assert breaker.state is BreakerState.CLOSED


def test_what_the_rate_limit_leaves_is_not_exceeded() -> None:
    limiter, service = RateLimiter(monotonic=now), Service("yes")

    async def calls() -> None:
        limiter.learn("requests", left=2, limit=2, resets_in=timedelta(seconds=10))
        await _all(a_guard(limiter=limiter, concurrency=9), service, calls=4, cost={"requests": 1})

    in_virtual_time(calls())
    assert service.asked_at == [0, 0, 10, 10]


def test_a_rate_limit_beyond_the_deadline_is_told_at_once() -> None:
    limiter, breaker = RateLimiter(monotonic=now), a_breaker(threshold=1)

    async def call() -> float:
        limiter.pause(timedelta(seconds=46))
        with pytest.raises(AllowanceSpent):
            await a_guard(limiter=limiter, breaker=breaker)(Service("yes"))
        return now()

    assert in_virtual_time(call()) == 0
    assert breaker.state is BreakerState.CLOSED


async def _all(
    guard: Guard, attempt: Callable[[], Awaitable[str]], *, calls: int, cost: dict[str, int] | None = None
) -> None:
    await asyncio.gather(*(guard(attempt, cost=cost) for _ in range(calls)))
