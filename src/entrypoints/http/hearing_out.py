"""A caller that is refused hears why only after it has sent everything.

A server that answers earlier and closes the connection resets it, and takes the answer with it.
"""

import asyncio
from contextlib import suppress

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from entrypoints.http.announced_body import announces_body

MAX_BYTES = 64 * 1024 * 1024
SECONDS = 10.0


class HearingOut:
    """Takes in the rest of a body that the application answered without reading; up to a limit, and for a while."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not announces_body(scope):
            await self._app(scope, receive, send)
            return
        heard_out = False

        async def hear() -> ReceiveMessage:
            nonlocal heard_out
            message = await receive()
            heard_out = _is_last(message)
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and not heard_out:
                await _take_in(receive)
            await send(message)

        await self._app(scope, hear, answer)


async def _take_in(receive: Receive) -> None:
    left = MAX_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or _is_last(message):
                    return
                left -= len(message["body"])


def _is_last(message: ReceiveMessage) -> bool:
    return message["type"] != "http.request" or not message.get("more_body", False)
