import re

import pytest
from litestar.types import HTTPReceiveMessage, Message, Receive, Scope, Send
from structlog.contextvars import get_contextvars

from entrypoints.http.request_id import KEY, RequestId

MADE = re.compile("[0-9a-f]{32}")


class Seen:
    """An application that answers with nothing, and remembers under which id it was asked."""

    def __init__(self) -> None:
        self.scope_id = ""
        self.logged_id = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope_id = str(scope.get(KEY, ""))
        self.logged_id = get_contextvars().get("request_id", "")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def asked(given: bytes | None, app: Seen) -> str:
    """The id in the answer."""
    sent: list[Message] = []
    headers = [] if given is None else [(b"x-request-id", given)]

    async def send(message: Message) -> None:
        sent.append(message)

    await RequestId(app)({"type": "http", "headers": headers}, _nothing, send)  # type: ignore[arg-type]
    assert sent[0]["type"] == "http.response.start"
    return dict(sent[0]["headers"])[b"x-request-id"].decode()


async def _nothing() -> HTTPReceiveMessage:
    raise AssertionError("nobody reads")


@pytest.mark.parametrize("given", [b"a", b"robot-7", b"A.b_c:d-9", b"0" * 128])
async def test_a_sane_id_is_taken_and_returned(given: bytes) -> None:
    app = Seen()

    assert await asked(given, app) == app.scope_id == app.logged_id == given.decode()


@pytest.mark.parametrize("given", [None, b"", b"a b", b"0" * 129, b"a\n", b"<b>", b"\xc3\xa9", b"\xff", b'a"', b"a/b"])
async def test_anything_else_is_replaced(given: bytes | None) -> None:
    app = Seen()

    assert MADE.fullmatch(await asked(given, app))
    assert app.scope_id == app.logged_id


async def test_no_two_are_alike() -> None:
    assert len({await asked(None, Seen()) for _ in range(100)}) == 100


async def test_nothing_is_left_behind() -> None:
    await asked(b"mine", Seen())

    assert "request_id" not in get_contextvars()
