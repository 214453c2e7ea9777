"""Requests are told of as parts of a trace: the caller's, if it sends a ``traceparent`` (W3C Trace Context)."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.http.request_id import KEY
from entrypoints.http.routes import Routes, method_of

# Asked every few seconds by machines, for no user.
UNTOLD = frozenset({"/livez", "/readyz", "/metrics", "/"})


class ToldRequest(Protocol):
    def answered(self, route: str, status: int) -> None: ...


class RequestTracing(Protocol):
    def __call__(
        self, *, method: str, request_id: str, traceparent: str | None
    ) -> AbstractContextManager[ToldRequest]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedRequests:
    """From the head of a request to the end of its answer."""

    app: ASGIApp
    tracing: RequestTracing
    routes: Routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in UNTOLD:
            await self.app(scope, receive, send)
            return
        request_id = str(scope.get(KEY, ""))
        with self.tracing(method=method_of(scope), request_id=request_id, traceparent=_given(scope)) as request:

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    request.answered(self.routes.of_request(scope), message["status"])
                await send(message)

            await self.app(scope, receive, answer)


def _given(scope: Scope) -> str | None:
    given = [value for name, value in scope["headers"] if name == b"traceparent"]
    # Two of them say nothing, as the specification has it.
    return given[0].decode("latin-1") if len(given) == 1 else None
