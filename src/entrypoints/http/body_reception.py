"""Takes in a body within limits of time and memory, whoever sends it, and refuses what it could not bound."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from entrypoints.http.announced_body import announces_body
from entrypoints.http.plain_problem import refuse
from entrypoints.http.problems import RefusedRequest
from entrypoints.http.request_meter import ShedReason

LIMIT = timedelta(seconds=20)
"""For a whole body, however it trickles in."""
LARGE_BYTES = 256 * 1024
LARGE_AT_ONCE = 4


class BodyReception:
    """Ends a body that takes too long, and lets few large ones be in memory at once: the others wait unread.

    A large one keeps its place until its answer is sent, since what is made of it takes more memory than it does.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: timedelta = LIMIT,
        large_at_once: int = LARGE_AT_ONCE,
        told: Callable[[ShedReason], None] = lambda _: None,
    ) -> None:
        """``told`` is called when a request is turned away."""
        self._app = app
        self._told = told
        self._limit = limit
        self._places = asyncio.Semaphore(large_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not announces_body(scope):
            await self._app(scope, receive, send)
            return
        if refused := _fault(scope):
            await refuse(scope, send, refused)
            return
        body = _Body(receive=receive, places=self._places, limit=self._limit, announced=_length(scope), told=self._told)
        try:
            await self._app(scope, body.next, send)
        finally:
            body.let_go()


@dataclass(slots=True, kw_only=True)
class _Body:
    receive: Receive
    places: asyncio.Semaphore
    limit: timedelta
    announced: int
    """Bytes; 0: not said."""
    told: Callable[[ShedReason], None]
    _received: int = 0
    _has_place: bool = False
    _deadline: float | None = None
    _given_up: bool = False

    async def next(self) -> ReceiveMessage:
        """Raises RefusedRequest when time is up; then there is nothing more to come."""
        if self._given_up:
            return {"type": "http.disconnect"}
        loop = asyncio.get_running_loop()
        if self._deadline is None:
            self._deadline = loop.time() + self.limit.total_seconds()
        try:
            async with asyncio.timeout_at(self._deadline):
                await self._take_place_if_large()
                message = await self.receive()
        except TimeoutError:
            self._given_up = True
            raise self._refusal() from None
        if message["type"] == "http.request":
            self._received += len(message["body"])
            if not message.get("more_body", False):
                self._deadline = float("inf")  # what is asked for later tells that the caller has gone
        return message

    async def _take_place_if_large(self) -> None:
        if not self._has_place and max(self.announced, self._received) > LARGE_BYTES:
            await self.places.acquire()
            self._has_place = True

    def _refusal(self) -> RefusedRequest:
        waited_for_place = not self._has_place and max(self.announced, self._received) > LARGE_BYTES
        if not waited_for_place:
            return _too_slow(self.limit)
        self.told(ShedReason.LARGE_BODY)
        return _too_many_large()

    def let_go(self) -> None:
        if self._has_place:
            self.places.release()


def _fault(scope: Scope) -> RefusedRequest | None:
    headers = scope["headers"]
    names = [name for name, _ in headers]
    if b"content-length" in names and b"transfer-encoding" in names:
        # Two servers in a row may disagree where the body ends; what follows would be a request that nobody checked.
        return RefusedRequest(
            HTTPStatus.BAD_REQUEST, "BAD_REQUEST", "A body has one length: chunked, or Content-Length."
        )
    if any(name == b"content-encoding" and value.strip().lower() != b"identity" for name, value in headers):
        detail = "Bodies are taken as they are; send this one without Content-Encoding."
        return RefusedRequest(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail, headers={"Accept-Encoding": "identity"}
        )
    return None


def _too_slow(limit: timedelta) -> RefusedRequest:
    detail = f"The body did not arrive within {limit.total_seconds():g} s."
    return RefusedRequest(HTTPStatus.REQUEST_TIMEOUT, "REQUEST_TIMEOUT", detail, headers={"Connection": "close"})


def _too_many_large() -> RefusedRequest:
    detail = "Too many large bodies are being worked on; try again, the same request never counts twice."
    return RefusedRequest(
        HTTPStatus.SERVICE_UNAVAILABLE, "OVERLOADED", detail, headers={"Retry-After": "5", "Connection": "close"}
    )


def _length(scope: Scope) -> int:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(value) if value.isdigit() else 0
