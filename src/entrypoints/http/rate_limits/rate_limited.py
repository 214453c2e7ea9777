import math
from collections.abc import Callable
from http import HTTPStatus

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from application.ports.call_limits import CallLimit, CallLimits, CallVerdict
from entrypoints.http.admission.request_class import RequestClass, class_of
from entrypoints.http.plain_problem import refuse
from entrypoints.http.problems import RefusedRequest
from entrypoints.http.rate_limits.callers import Callers

Headers = dict[str, str]


class RateLimited:
    """Lets each caller call so often and not more; probes are free. Says in each answer how many calls are left.

    The headers are those of draft-ietf-httpapi-ratelimit-headers, version 10.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        callers: Callers,
        limits: CallLimits,
        known: CallLimit | None,
        anonymous: CallLimit | None,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """No limit: None. ``told`` is called for each call that is one too many."""
        self._app = app
        self._callers = callers
        self._limits = limits
        self._known = known
        self._anonymous = anonymous
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or class_of(scope["path"]) is RequestClass.PROBE:
            await self._app(scope, receive, send)
            return
        caller = self._callers.who(scope)
        limit = self._known if caller.known else self._anonymous
        if limit is None:
            await self._app(scope, receive, send)
            return
        verdict = await self._limits.spend(caller.name, limit)
        headers = _headers(limit, verdict)
        if verdict.allowed:
            await self._app(scope, receive, _telling(send, headers))
        else:
            self._told()
            await refuse(scope, send, _too_many(verdict, headers))


def _headers(limit: CallLimit, verdict: CallVerdict) -> Headers:
    window = max(1, round(limit.tolerance_seconds))
    return {
        "RateLimit-Policy": f'"caller";q={limit.burst};w={window}',
        "RateLimit": f'"caller";r={verdict.remaining};t={math.ceil(verdict.rested_seconds)}',
    }


def _too_many(verdict: CallVerdict, headers: Headers) -> RefusedRequest:
    retry_after = str(max(1, math.ceil(verdict.wait_seconds)))
    return RefusedRequest(
        HTTPStatus.TOO_MANY_REQUESTS,
        "RATE_LIMITED",
        "This caller calls more often than it may; Retry-After says when to go on.",
        headers={**headers, "Retry-After": retry_after},
    )


def _telling(send: Send, headers: Headers) -> Send:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *raw]
        await send(message)

    return tell
