from http import HTTPStatus
from typing import cast

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

# A method that no route has: the refusal tells which ones it has.
NO_ROUTE_HAS_IT = "TRACE"
MEANT = {"HEAD": "GET", "OPTIONS": NO_ROUTE_HAS_IT}


class ImpliedMethods:
    """Answers HEAD and OPTIONS, for which no route is written.

    HEAD: the header fields of GET and no body. OPTIONS: the methods of a route, to anybody, as a wrong method would
    be told (RFC 9110, sections 9.3.2 and 9.3.7). The framework's own OPTIONS forgets methods of merged routes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        asked = str(scope["method"])

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _name_head(message)
                if asked == "OPTIONS" and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
                    _become_no_content(message)
            elif message["type"] == "http.response.body" and asked in ("HEAD", "OPTIONS"):
                message["body"] = b""
            await send(message)

        if asked in MEANT:
            # The server keeps the scope, and must go on to see a HEAD: the length it announces is not that of a body.
            scope = cast("Scope", {**scope, "method": MEANT[asked]})
        await self._app(scope, receive, answer)


def _name_head(message: Message) -> None:
    """Wherever the methods of a route are listed."""
    headers = MutableScopeHeaders.from_message(message)
    if (allowed := headers.get("Allow")) is not None:
        methods = {method.strip() for method in allowed.split(",")}
        headers["Allow"] = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _become_no_content(message: Message) -> None:
    headers = MutableScopeHeaders.from_message(message)
    del headers["Content-Type"], headers["Content-Length"]
    message["status"] = HTTPStatus.NO_CONTENT  # type: ignore[typeddict-unknown-key] # it is a response's start
