import asyncio
from collections.abc import Awaitable

from litestar.types import Receive, Scope, Send

from entrypoints.http.admission.admission import RETRY_AFTER_SECONDS, Admission
from entrypoints.http.admission.concurrency_limit import FIRST, ConcurrencyLimit
from entrypoints.http.admission.doorkeeper import Doorkeeper
from entrypoints.http.admission.turns import Turns
from tests.unit.entrypoints.admission.callers import Caller

END, SCORE, READ = "/v1/conversations/end", "/v1/friendship_status/calculate-score/c1", "/v1/conversations/c1"
ANNOUNCED = [(b"content-length", b"5")]


class House:
    """Answers when the doors are opened; the body first, if there is one."""

    def __init__(self) -> None:
        self.doors = asyncio.Event()
        self.inside = 0
        doorkeeper = Doorkeeper(limit=ConcurrencyLimit(standing_lag=lambda _: 0.0), pool_is_full=lambda: False)
        self.doorkeeper = doorkeeper
        self.admission = Admission(self, doorkeeper=doorkeeper, background=Turns(at_once=1, most_waiting=1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["headers"]:
            await receive()
        self.inside += 1
        await self.doors.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def enter(self, callers: list[Caller]) -> Awaitable[list[int]]:
        """As far as each of them gets."""
        entering = asyncio.gather(*(caller.call(self.admission) for caller in callers))
        for _ in range(5):
            await asyncio.sleep(0)
        return entering


async def test_one_too_many_is_told_so_and_not_listened_to() -> None:
    house, late = House(), Caller(END, headers=ANNOUNCED, pieces=[b"hello"])
    all_others = await house.enter([Caller(END) for _ in range(FIRST)])

    assert await late.call(house.admission) == 503

    assert late.asked == 0
    assert late.problem()["error_code"] == "OVERLOADED"
    assert late.headers[b"content-type"] == b"application/problem+json"
    assert RETRY_AFTER_SECONDS[0] <= int(late.headers[b"retry-after"]) <= RETRY_AFTER_SECONDS[1]
    assert late.headers[b"connection"] == b"close"  # its body is still on the way
    house.doors.set()
    assert await all_others == [200] * FIRST
    assert house.doorkeeper.working == 0


async def test_probes_are_answered_however_many_work() -> None:
    house = House()
    all_others = await house.enter([Caller(END) for _ in range(FIRST)])

    probes = await house.enter([Caller(path) for path in ("/livez", "/readyz", "/v1/health", "/metrics")])

    assert house.inside == FIRST + 4
    house.doors.set()
    assert await probes == [200] * 4
    await all_others


async def test_who_is_still_sending_takes_nobodys_place() -> None:
    house, slow = House(), asyncio.Event()

    class Slow(Caller):
        async def receive(self):  # type: ignore[no-untyped-def] # noqa: ANN202
            await slow.wait()
            return await super().receive()

    senders = await house.enter([Slow(END, headers=ANNOUNCED, pieces=[b"hello"]) for _ in range(2 * FIRST)])

    assert house.doorkeeper.working == 0
    others = await house.enter([Caller(END) for _ in range(FIRST)])
    house.doors.set()
    slow.set()
    assert await others == [200] * FIRST
    assert await senders == [200] * (2 * FIRST)


async def test_scores_are_calculated_in_turn_and_not_too_many_wait() -> None:
    house = House()

    calculations = await house.enter([Caller(SCORE) for _ in range(3)])

    assert house.inside == 1
    house.doors.set()
    assert sorted(await calculations) == [200, 200, 503]


async def test_a_request_that_breaks_gives_back_its_place() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ConnectionError

    house = House()
    admission = Admission(broken, doorkeeper=house.doorkeeper, background=Turns(at_once=1))

    for path in (END, SCORE, READ):
        await asyncio.gather(Caller(path).call(admission), return_exceptions=True)

    assert house.doorkeeper.working == 0
