"""Every request has an id that is told in its answer and in each of its log lines."""

import re
import secrets
from typing import Any

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, bound_contextvars

SANE = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
KEY = "context_handling.request_id"
HEADER = "X-Request-ID"


def request_id_of(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get(KEY, ""))


class RequestId:
    """Stands around the whole application, so that unknown routes and broken requests have an id too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = _given(scope) or secrets.token_hex(16)
        # Beside the framework's own state, which it makes anew when it takes over.
        scope[KEY] = request_id  # type: ignore[literal-required] # an extension of the protocol

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            await send(message)

        with bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)


async def bind_conversation_id(request: Request[Any, Any, Any]) -> None:
    """Before a request is worked on: what its path says it is about is told in each of its log lines."""
    if (conversation_id := request.path_params.get("conversation_id")) is not None:
        bind_contextvars(conversation_id=conversation_id)


def _given(scope: Scope) -> str | None:
    """The caller's id, if it is a token that is safe to repeat."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if SANE.fullmatch(given) else None
