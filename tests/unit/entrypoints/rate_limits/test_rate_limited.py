from dataclasses import replace
from datetime import timedelta

import pytest
from litestar.types import Receive, Scope, Send

from application.ports.call_limits import CallLimit
from entrypoints.http.rate_limits.callers import REMEMBERED_FOR, Callers
from entrypoints.http.rate_limits.rate_limited import RateLimited
from entrypoints.http.tokens import AccessTokens
from infrastructure.call_limits.process_limits import ProcessCallLimits
from infrastructure.system.clock import SystemClock
from tests.unit.entrypoints.admission.callers import Caller

KEY, OTHER_KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a", "0f3a8d4c60b2e19f7a6d5c4b3a9b1c7e"
CLOCK = SystemClock()
END = "/v1/conversations/end"


def bearer(subject: str, key: str = KEY) -> list[tuple[bytes, bytes]]:
    token = AccessTokens(keys=(key,), clock=CLOCK).issue(subject, frozenset({"a"}), valid_for=timedelta(hours=1))
    return [(b"authorization", f"Bearer {token}".encode())]


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class Service:
    """Three calls of a known caller at once, one of an unknown one; time stands still."""

    def __init__(self, *, with_tokens: bool = True, known: int = 3) -> None:
        tokens = AccessTokens(keys=(KEY,), clock=CLOCK) if with_tokens else None
        self.now = 1000.0
        self.callers = Callers(tokens=tokens, monotonic=lambda: self.now)
        self.app = self._limited(known)

    def _limited(self, known: int) -> RateLimited:
        return RateLimited(
            answer,
            callers=self.callers,
            limits=ProcessCallLimits(monotonic=lambda: self.now),
            known=CallLimit(per_second=0.5, burst=known) if known else None,
            anonymous=CallLimit(per_second=1, burst=1),
        )

    def rotate_keys(self) -> None:
        """Tokens signed so far are good no more."""
        self.callers = replace(self.callers, tokens=AccessTokens(keys=(OTHER_KEY,), clock=CLOCK))
        self.app = self._limited(3)

    async def statuses(self, number: int, headers: list[tuple[bytes, bytes]], path: str = END) -> list[int]:
        return [await Caller(path, headers=headers).call(self.app) for _ in range(number)]


async def test_each_subject_has_calls_of_its_own() -> None:
    service = Service()

    assert await service.statuses(4, bearer("robot")) == [200, 200, 200, 429]
    assert await service.statuses(1, bearer("dashboard")) == [200]


async def test_every_answer_says_what_is_left() -> None:
    service, caller = Service(), Caller(END, headers=bearer("robot"))

    await caller.call(service.app)

    assert caller.headers[b"ratelimit-policy"] == b'"caller";q=3;w=6'
    assert caller.headers[b"ratelimit"] == b'"caller";r=2;t=2'
    assert caller.headers[b"x-own"] == b"1"


async def test_who_is_refused_hears_when_to_come_back_and_is_not_listened_to() -> None:
    service = Service()
    await service.statuses(3, bearer("robot"))
    caller = Caller(END, headers=[*bearer("robot"), (b"content-length", b"5")], pieces=[b"hello"])

    assert await caller.call(service.app) == 429

    assert caller.problem()["error_code"] == "RATE_LIMITED"
    assert caller.headers[b"retry-after"] == b"2"
    assert caller.headers[b"ratelimit"] == b'"caller";r=0;t=6'
    assert caller.asked == 0


@pytest.mark.parametrize(
    "headers",
    [
        [],
        bearer("robot", OTHER_KEY),
        [(b"authorization", b"Basic cm9ib3Q6cm9ib3Q=")],
        [(b"authorization", b"Bearer \xff\xfe")],
        [(b"authorization", b"Bearer")],
    ],
    ids=["none", "forged", "of another kind", "not ASCII", "empty"],
)
async def test_without_a_good_token_the_address_counts(headers: list[tuple[bytes, bytes]]) -> None:
    service = Service()

    assert await service.statuses(2, headers) == [200, 429]
    assert await service.statuses(1, bearer("robot")) == [200]


async def test_probes_are_free() -> None:
    service = Service()

    assert await service.statuses(20, [], "/livez") == [200] * 20


async def test_where_there_are_no_tokens_everybody_counts_as_known() -> None:
    assert await Service(with_tokens=False).statuses(4, []) == [200, 200, 200, 429]


async def test_a_limit_may_be_switched_off() -> None:
    assert await Service(known=0).statuses(50, bearer("robot")) == [200] * 50


async def test_a_subject_is_remembered_for_a_while_only() -> None:
    service, headers = Service(), bearer("robot")
    await service.statuses(1, headers)
    service.rotate_keys()

    remembered = await service.statuses(2, headers)
    service.now += REMEMBERED_FOR.total_seconds()

    assert remembered + await service.statuses(2, headers) == [200, 200, 200, 429]  # the address has a single call
