"""A request that would go on after its caller has given up is ended, and the caller told while it still listens."""

import asyncio
from datetime import timedelta
from http import HTTPStatus

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.http.plain_problem import refuse
from entrypoints.http.problems import RefusedRequest

log = structlog.get_logger("http")
RETRY_AFTER = {"Retry-After": "5"}


class BoundedTime:
    """The last of all limits; whatever a request waits for has a shorter one, so that this should never be met.

    What is under way is cancelled, which every use case survives: repeating it is safe.
    """

    def __init__(self, app: ASGIApp, *, limit: timedelta) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        answering = False

        async def answer(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        limit = asyncio.timeout(self._limit.total_seconds())
        try:
            async with limit:
                await self._app(scope, receive, answer)
        except TimeoutError:
            # A part of an answer cannot be taken back: the server hangs up.
            if answering or not limit.expired():
                raise
            log.warning("request ended: it took too long", limit_seconds=self._limit.total_seconds())
            await refuse(scope, send, _too_long(self._limit))


def _too_long(limit: timedelta) -> RefusedRequest:
    detail = f"This took longer than {limit.total_seconds():g} s; try again, the same request never counts twice."
    return RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, "OVERLOADED", detail, headers=RETRY_AFTER)
