from collections.abc import Iterator

import pytest
from litestar.types import HTTPReceiveMessage, Message, Receive, ReceiveMessage, Scope, Send

from entrypoints.http.hearing_out import MAX_BYTES, HearingOut

MIB = 2**20


class Caller:
    """Sends chunks when asked for them, and keeps what it hears."""

    def __init__(self, chunks: Iterator[bytes], *, announced: bool = True) -> None:
        self._chunks = chunks
        self.headers = [(b"content-length", b"1")] if announced else []
        self.sent = 0
        self.heard: list[str] = []

    async def receive(self) -> HTTPReceiveMessage:
        chunk = next(self._chunks, None)
        if chunk is None:
            return {"type": "http.request", "body": b"", "more_body": False}
        self.sent += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(self, message: Message) -> None:
        self.heard.append(message["type"])

    async def call(self, app: HearingOut) -> None:
        scope = {"type": "http", "headers": self.headers}
        await app(scope, self.receive, self.send)  # type: ignore[arg-type]


async def refuse(_: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def read_and_refuse(scope: Scope, receive: Receive, send: Send) -> None:
    message: ReceiveMessage = await receive()
    while message["type"] == "http.request" and message["more_body"]:
        message = await receive()
    await refuse(scope, receive, send)


async def test_who_is_refused_may_finish_first() -> None:
    caller = Caller(iter([b"x" * MIB] * 11))

    await caller.call(HearingOut(refuse))

    assert caller.sent == 11 * MIB
    assert caller.heard == ["http.response.start", "http.response.body"]


async def test_nobody_is_heard_for_ever() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * MIB

    caller = Caller(endless())

    await caller.call(HearingOut(refuse))

    assert caller.sent == MAX_BYTES
    assert caller.heard == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize("announced", [True, False])
async def test_what_was_read_is_not_asked_for_again(*, announced: bool) -> None:
    chunks = iter([b"x"])
    caller = Caller(chunks, announced=announced)

    await caller.call(HearingOut(read_and_refuse))

    assert caller.heard == ["http.response.start", "http.response.body"]


async def test_who_announces_no_body_is_answered_at_once() -> None:
    caller = Caller(iter([b"x"]), announced=False)

    await caller.call(HearingOut(refuse))

    assert caller.sent == 0
