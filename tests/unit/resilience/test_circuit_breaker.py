import asyncio
from datetime import timedelta

import pytest

from application.ports.health import BreakerState
from infrastructure.resilience.circuit_breaker import CircuitBreaker, CircuitOpen


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Failure(Exception):
    pass


def a_breaker(seconds: Seconds, *, threshold: int = 3) -> CircuitBreaker:
    return CircuitBreaker(threshold=threshold, cooldown=timedelta(seconds=10), monotonic=seconds)


def state_of(breaker: CircuitBreaker) -> BreakerState:
    return breaker.state


def fail(breaker: CircuitBreaker, *, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Failure), breaker.guard():
            raise Failure


def succeed(breaker: CircuitBreaker) -> None:
    with breaker.guard():
        pass


def test_it_opens_after_failures_in_a_row() -> None:
    breaker = a_breaker(Seconds())
    fail(breaker, times=2)
    succeed(breaker)
    fail(breaker, times=2)
    assert state_of(breaker) is BreakerState.CLOSED
    fail(breaker)
    assert state_of(breaker) is BreakerState.OPEN


def test_while_open_nothing_is_asked() -> None:
    breaker = a_breaker(Seconds(), threshold=1)
    fail(breaker)
    with pytest.raises(CircuitOpen):
        succeed(breaker)


def test_after_the_cooldown_one_call_decides() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds, threshold=1)
    fail(breaker)
    seconds.now = 10
    fail(breaker)
    assert state_of(breaker) is BreakerState.OPEN
    seconds.now = 20
    succeed(breaker)
    assert state_of(breaker) is BreakerState.CLOSED


async def test_of_fifty_callers_only_one_probes() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds, threshold=1)
    fail(breaker)
    seconds.now = 10
    answer, asked = asyncio.Event(), []

    async def call(number: int) -> None:
        with breaker.guard():
            asked.append(number)
            await answer.wait()

    calls = [asyncio.create_task(call(number)) for number in range(50)]
    await asyncio.sleep(0)
    answer.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert asked == [0]
    assert sum(isinstance(result, CircuitOpen) for result in results) == 49
    assert state_of(breaker) is BreakerState.CLOSED


def test_a_cancelled_call_is_no_verdict_and_frees_the_probe() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds, threshold=1)
    fail(breaker)
    seconds.now = 10
    with pytest.raises(asyncio.CancelledError), breaker.guard():
        raise asyncio.CancelledError
    assert state_of(breaker) is BreakerState.HALF_OPEN
    succeed(breaker)
    assert state_of(breaker) is BreakerState.CLOSED


def test_an_answer_to_an_earlier_epoch_changes_nothing() -> None:
    breaker = a_breaker(Seconds(), threshold=1)
    with breaker.guard():
        fail(breaker)
    assert state_of(breaker) is BreakerState.OPEN


def test_an_error_of_our_own_is_no_verdict() -> None:
    breaker = CircuitBreaker(
        threshold=1, cooldown=timedelta(seconds=1), counts=lambda error: isinstance(error, Failure)
    )
    with pytest.raises(KeyError), breaker.guard():
        raise KeyError
    assert state_of(breaker) is BreakerState.CLOSED


def test_every_change_is_told() -> None:
    seconds = Seconds()
    told: list[BreakerState] = []
    breaker = CircuitBreaker(threshold=1, cooldown=timedelta(seconds=10), monotonic=seconds, on_change=told.append)
    fail(breaker)
    seconds.now = 10
    succeed(breaker)
    assert told == [BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED]
