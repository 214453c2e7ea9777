import asyncio
import time
from collections.abc import Callable
from typing import ClassVar

from benchmarks.messages import LoadJob, Outcome, Stream
from benchmarks.open_loop import OpenLoop
from benchmarks.payload import request_maker
from benchmarks.schedule import plan
from tests.unit.benchmarks.stand_in import StandIn

SUGGEST = Stream(name="suggest", kind="suggest", rate=100)


class Stalling(StandIn):
    """Its first answer takes 0.3 s."""

    stalled: ClassVar[bool]

    def answer(self, status: int) -> None:
        delay, Stalling.stalled = (0.0 if Stalling.stalled else 0.3), True
        asyncio.get_running_loop().call_later(delay, super().answer, status)


class Refusing(StandIn):
    def answer(self, status: int) -> None:
        super().answer(503)


class HangingUp(StandIn):
    def answer(self, status: int) -> None:
        if self._transport is not None:
            self._transport.close()


class Silent(StandIn):
    def answer(self, status: int) -> None:
        pass


async def load(
    server: Callable[[], asyncio.Protocol],
    *,
    clients: int = 4,
    warm_up: float = 0,
    drain: float = 2,
    limit: float = 9,
) -> Outcome:
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    job = LoadJob(
        port=listening.sockets[0].getsockname()[1],
        token="token",
        run="run",
        streams=(SUGGEST,),
        clients=clients,
        warm_up_seconds=warm_up,
        seconds=0.4,
        drain_seconds=drain,
        request_timeout_seconds=limit,
    )
    starts = plan([SUGGEST.rate], warm_up + job.seconds, None)
    loop = OpenLoop(job, starts, [request_maker(SUGGEST, run="run", token="token")], time.perf_counter())
    await loop.run()
    listening.close()
    await asyncio.sleep(0)
    return loop.recorders[0].outcome(offered_rps=SUGGEST.rate, seconds=job.seconds)


async def test_a_fast_server_gets_every_request() -> None:
    outcome = await load(StandIn)

    assert (outcome.succeeded, outcome.errors) == (40, {})


async def test_the_warm_up_is_not_counted() -> None:
    outcome = await load(StandIn, warm_up=0.2)

    assert outcome.succeeded == 40


async def test_a_stall_is_seen_by_all_who_were_due_meanwhile() -> None:
    Stalling.stalled = False

    outcome = await load(Stalling, clients=1)

    assert outcome.latency is not None
    assert outcome.latency.max_ms >= 290
    assert outcome.latency.p50_ms >= 50


async def test_another_status_is_an_error_by_its_kind_and_no_latency() -> None:
    outcome = await load(Refusing)

    assert (outcome.succeeded, outcome.latency, outcome.errors) == (0, None, {"http 503": 40})


async def test_a_server_that_hangs_up_gets_new_connections_and_every_request_an_end() -> None:
    outcome = await load(HangingUp)

    assert outcome.errors == {"disconnected": 40}


async def test_what_gets_no_answer_is_told_apart_from_what_was_never_sent() -> None:
    outcome = await load(Silent, drain=0.1)

    assert outcome.errors == {"unanswered": 4, "not sent": 36}


async def test_a_silent_server_costs_a_request_its_time_limit() -> None:
    outcome = await load(Silent, clients=40, limit=0.1)

    assert outcome.errors == {"timeout": 40}
