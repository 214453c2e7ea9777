"""Each way a service can fail, on real sockets. Whatever happens, the next call after it works."""

import asyncio
import socket
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from application.errors import AnalystUnavailable
from application.ports.health import BreakerState
from entrypoints.fake_services.behaviour import Behaviour, Fault
from entrypoints.fake_services.llm_role import LlmRole
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from tests.integration.groq.asking import A_CHAT, COOLDOWN, FAILURES, PLACES, Asking, asking
from tests.stand_ins import HONEST, Listening, address, standing_in
from tests.unit.application.patience import until

GUARD_SECONDS = 30
IMPATIENT = 0.3
FOREVER = 3600.0

HANGING = {
    "it never answers": Behaviour(fault=Fault.HANG),
    "it answers after the deadline": Behaviour(seconds=FOREVER),
    "it trickles": Behaviour(fault=Fault.TRICKLE, trickle_seconds=0.01),
}
FAILING = {
    "reset": Behaviour(fault=Fault.RESET),
    "cut in the middle": Behaviour(fault=Fault.CUT),
    "500": Behaviour(fault=Fault.STATUS, status=500),
    "503": Behaviour(fault=Fault.STATUS, status=503),
    "408": Behaviour(fault=Fault.STATUS, status=408),
    "429": Behaviour(fault=Fault.STATUS, status=429),
}
USELESS = {
    "malformed": Behaviour(fault=Fault.MALFORMED),
    "wrong types": Behaviour(fault=Fault.WRONG_TYPES),
    "out of range": Behaviour(fault=Fault.OUT_OF_RANGE),
    "huge": Behaviour(fault=Fault.HUGE),
}
FAULTS_OF_OURS = (400, 401, 403, 404, 413, 422)


async def _fails(groq: Asking) -> None:
    async with asyncio.timeout(GUARD_SECONDS):
        with pytest.raises(AnalystUnavailable):
            await groq.count()


async def _works(groq: Asking) -> None:
    async with asyncio.timeout(GUARD_SECONDS):
        assert await groq.count() == 1


@pytest.mark.parametrize("behaviour", HANGING.values(), ids=HANGING)
async def test_an_answer_that_does_not_come_in_time_is_none(service: Listening, behaviour: Behaviour) -> None:
    """Also on a connection that has served before: to us it is half open."""
    async with asking(service.url, attempt_limit=IMPATIENT) as groq:
        await _works(groq)
        service.behaves(behaviour)
        await _fails(groq)
        service.behaves(HONEST)
        await _works(groq)


@pytest.mark.parametrize("behaviour", FAILING.values(), ids=FAILING)
async def test_what_may_pass_is_tried_three_times(service: Listening, behaviour: Behaviour) -> None:
    service.behaves(behaviour)

    async with asking(service.url, attempts=3) as groq:
        await _fails(groq)
        assert service.calls.paths.total() == 3
        service.behaves(HONEST)
        await _works(groq)


async def test_a_call_succeeds_when_the_service_recovers_between_attempts(service: Listening) -> None:
    service.behaves(Behaviour(fault=Fault.STATUS, status=429, retry_after="0.2"))

    async with asking(service.url, attempts=3) as groq:
        asked = asyncio.create_task(groq.count())
        await until(lambda: service.calls.outcomes.total() > 0)
        service.behaves(HONEST)
        assert await asked == 1

    assert service.calls.outcomes == {"429": 1, "200": 1}


@pytest.mark.parametrize("behaviour", USELESS.values(), ids=USELESS)
async def test_an_answer_that_means_nothing_is_not_asked_for_again(service: Listening, behaviour: Behaviour) -> None:
    service.behaves(behaviour)

    async with asking(service.url, attempts=3) as groq:
        await _fails(groq)
        assert service.calls.paths.total() == 1
        assert groq.breaker.state is BreakerState.CLOSED
        service.behaves(HONEST)
        await _works(groq)


@pytest.mark.parametrize("status", FAULTS_OF_OURS)
async def test_a_fault_of_ours_is_loud_not_tried_again_and_no_verdict(service: Listening, status: int) -> None:
    service.behaves(Behaviour(fault=Fault.STATUS, status=status))

    async with asking(service.url, attempts=3) as groq:
        with capture_logs() as lines:
            for _ in range(2 * FAILURES):
                await _fails(groq)

    assert service.calls.paths.total() == 2 * FAILURES
    assert groq.breaker.state is BreakerState.CLOSED
    assert [(line["log_level"], line["status"]) for line in lines] == [("error", status)] * 2 * FAILURES


async def test_an_expired_key_is_a_fault_of_ours(service: Listening) -> None:
    service.behaves(Behaviour(required_key="another"))

    async with asking(service.url, attempts=3) as groq:
        with capture_logs() as lines:
            await _fails(groq)

    assert service.calls.outcomes == {"401": 1}
    assert groq.breaker.state is BreakerState.CLOSED
    assert "gsk" not in str(lines)


async def test_a_storm_of_refusals_is_waited_out_by_everybody(service: Listening) -> None:
    """One is told to come back in an hour: nobody else of this process asks before."""
    service.behaves(Behaviour(fault=Fault.STATUS, status=429, retry_after="3600"))

    async with asking(service.url, attempts=3) as groq:
        for _ in range(20):
            await _fails(groq)

    assert service.calls.paths.total() == 1
    assert groq.breaker.state is BreakerState.CLOSED


async def test_the_breaker_opens_after_five_failures_and_closes_after_one_trial(service: Listening) -> None:
    service.behaves(Behaviour(fault=Fault.RESET))

    async with asking(service.url) as groq:
        for _ in range(FAILURES + 5):
            await _fails(groq)
        assert service.calls.paths.total() == FAILURES
        assert groq.breaker.state is BreakerState.OPEN

        groq.seconds[0] += COOLDOWN.total_seconds()
        await _fails(groq)
        assert groq.breaker.state is BreakerState.OPEN
        assert service.calls.paths.total() == FAILURES + 1

        service.behaves(HONEST)
        groq.seconds[0] += COOLDOWN.total_seconds()
        await _works(groq)
        assert _state(groq) is BreakerState.CLOSED


async def test_a_name_that_does_not_resolve_is_a_failure_like_others() -> None:
    async with asking("http://nowhere.invalid", attempts=2, attempt_limit=5) as groq:
        await _fails(groq)
        assert groq.breaker.state is BreakerState.CLOSED


async def test_nobody_listening_is_a_failure_like_others() -> None:
    async with asking(address(free_port())) as groq:
        for _ in range(FAILURES):
            await _fails(groq)
        assert groq.breaker.state is BreakerState.OPEN


async def test_a_door_that_does_not_open_is_given_up() -> None:
    """The queue of callers is full, so that connecting hangs."""
    with socket.create_server((LOOPBACK, 0), backlog=0) as full:
        waiting = [_knocking(full.getsockname()[1]) for _ in range(4)]
        async with asking(address(full.getsockname()[1]), attempt_limit=IMPATIENT) as groq:
            await _fails(groq)
        for caller in waiting:
            caller.close()


async def test_the_service_may_restart() -> None:
    port = free_port()
    async with asking(address(port), attempts=3) as groq:
        for _ in range(2):
            async with standing_in(role=LlmRole(), port=port):
                await _works(groq)
            await _fails(groq)
        async with standing_in(role=LlmRole(), port=port):
            await _works(groq)


async def test_a_thousand_cancelled_calls_leak_no_place_and_no_connection(service: Listening) -> None:
    """Cancelled at every moment of a call: before, while connecting, sending, waiting and reading."""
    service.behaves(Behaviour(seconds=0.003))

    async with asking(service.url, attempts=3) as groq:
        for number in range(1000):
            call = asyncio.create_task(groq.count())
            await asyncio.sleep(number % 10 * 0.0005)
            call.cancel()
            with suppress(asyncio.CancelledError):
                await call
        async with asyncio.timeout(GUARD_SECONDS):
            answers = await asyncio.gather(*(groq.analyst.count_questions(A_CHAT) for _ in range(3 * PLACES)))

    assert answers == [1] * 3 * PLACES
    assert groq.breaker.state is BreakerState.CLOSED
    assert service.calls.most_under_way <= 2 * PLACES


def _knocking(port: int) -> socket.socket:
    caller = socket.socket()
    caller.setblocking(False)  # noqa: FBT003 - the library's own signature
    with suppress(BlockingIOError):
        caller.connect((LOOPBACK, port))
    return caller


def _state(groq: Asking) -> BreakerState:
    return groq.breaker.state
