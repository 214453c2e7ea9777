import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from litestar.types import HTTPReceiveMessage, Receive, Scope, Send

from entrypoints.http.body_reception import LARGE_BYTES, BodyReception
from entrypoints.http.problems import RefusedRequest
from tests.unit.entrypoints.admission.callers import Caller

END = "/v1/conversations/end"
SHORT = timedelta(milliseconds=20)
CHUNKED = [(b"transfer-encoding", b"chunked")]


def announcing(length: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", str(length).encode())]


class Trickling(Caller):
    """A piece comes, and then nothing."""

    async def receive(self) -> HTTPReceiveMessage:
        if self.asked:
            await asyncio.sleep(60)
        await super().receive()
        return {"type": "http.request", "body": b"x", "more_body": True}


class Reader:
    """Reads bodies to their end, and answers when the doors are open."""

    def __init__(self) -> None:
        self.doors = asyncio.Event()
        self.read: list[int] = []
        self.refused: list[RefusedRequest] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            try:
                message = await receive()
            except RefusedRequest as refused:
                self.refused.append(refused)
                message = await receive()
            more = message["type"] == "http.request" and message["more_body"]
            size += len(message["body"]) if message["type"] == "http.request" else 0
        self.read.append(size)
        await self.doors.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def test_a_body_that_trickles_is_given_up_and_nothing_more_is_heard_of_it() -> None:
    reader = Reader()
    reader.doors.set()

    await Trickling(END, headers=CHUNKED).call(BodyReception(reader, limit=SHORT))

    [refused] = reader.refused
    assert (refused.status, refused.code) == (408, "REQUEST_TIMEOUT")
    assert refused.headers["Connection"] == "close"


@pytest.mark.parametrize("headers", [announcing(2 * LARGE_BYTES), CHUNKED], ids=["announced", "chunked"])
async def test_few_large_bodies_are_in_memory_at_once(headers: Sequence[tuple[bytes, bytes]]) -> None:
    reader = Reader()
    reception = BodyReception(reader, large_at_once=2)
    pieces = [b"x" * LARGE_BYTES, b"x" * LARGE_BYTES, b"x"]
    calls = [asyncio.create_task(Caller(END, headers=headers, pieces=pieces).call(reception)) for _ in range(5)]
    await asyncio.sleep(0.01)

    assert reader.read == [2 * LARGE_BYTES + 1] * 2

    reader.doors.set()
    assert await asyncio.gather(*calls) == [200] * 5


async def test_small_bodies_need_no_place() -> None:
    reader = Reader()
    reception = BodyReception(reader, large_at_once=1)
    calls = [asyncio.create_task(Caller(END, headers=CHUNKED, pieces=[b"x"] * 3).call(reception)) for _ in range(20)]
    await asyncio.sleep(0.01)

    assert reader.read == [3] * 20

    reader.doors.set()
    await asyncio.gather(*calls)


async def test_a_large_body_that_finds_no_place_is_refused_unread() -> None:
    reader = Reader()
    reception = BodyReception(reader, limit=SHORT, large_at_once=1)
    first = asyncio.create_task(Caller(END, headers=announcing(2 * LARGE_BYTES), pieces=[b"x"]).call(reception))
    await asyncio.sleep(0)
    second = Caller(END, headers=announcing(2 * LARGE_BYTES), pieces=[b"x"])

    late = asyncio.create_task(second.call(reception))
    await asyncio.sleep(0.1)

    assert [refused.code for refused in reader.refused] == ["OVERLOADED"]
    assert second.asked == 0
    reader.doors.set()
    await asyncio.gather(first, late)


async def test_a_request_that_breaks_gives_back_its_place() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        raise ConnectionError

    reception = BodyReception(broken, large_at_once=1)

    for _ in range(3):
        with pytest.raises(ConnectionError):
            await Caller(END, headers=announcing(2 * LARGE_BYTES), pieces=[b"x"]).call(reception)


async def test_who_waits_for_the_end_of_a_connection_may_wait() -> None:
    class Gone(Caller):
        async def receive(self) -> HTTPReceiveMessage:
            if self.asked:
                await asyncio.sleep(SHORT.total_seconds() * 3)
                return {"type": "http.disconnect"}
            return await super().receive()

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"

    await Gone(END, headers=announcing(1), pieces=[b"x"]).call(BodyReception(waiting, limit=SHORT))


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"identity, gzip", b"GZIP"])
async def test_an_encoded_body_is_refused_unread(encoding: bytes) -> None:
    caller = Caller(END, headers=[*announcing(5), (b"content-encoding", encoding)], pieces=[b"bombs"])

    assert await caller.call(BodyReception(Reader())) == 415

    assert caller.problem()["error_code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert caller.headers[b"accept-encoding"] == b"identity"
    assert caller.asked == 0


async def test_a_body_with_two_lengths_is_refused_unread() -> None:
    caller = Caller(END, headers=[*announcing(5), *CHUNKED], pieces=[b"hello"])

    assert await caller.call(BodyReception(Reader())) == 400

    assert caller.headers[b"connection"] == b"close"
    assert caller.asked == 0
