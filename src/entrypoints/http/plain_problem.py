"""Errors that are answered before the framework sees the request."""

from datetime import UTC, datetime

import msgspec
from litestar.types import Scope, Send

from entrypoints.http.announced_body import announces_body
from entrypoints.http.problems import PROBLEM_JSON, URN, Problem, RefusedRequest
from entrypoints.http.request_id import KEY

_encoder = msgspec.json.Encoder()


async def refuse(scope: Scope, send: Send, refused: RefusedRequest) -> None:
    """Reads nothing. A connection on which a body may still come cannot be used again, and is told so."""
    body = _encoder.encode(_problem(scope, refused))
    more = {"Connection": "close", **refused.headers} if announces_body(scope) else refused.headers
    headers = [
        (b"content-type", PROBLEM_JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in more.items()),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _problem(scope: Scope, refused: RefusedRequest) -> Problem:
    return Problem(
        type=URN + refused.code.lower().replace("_", "-"),
        title=refused.status.phrase,
        status=refused.status,
        detail=refused.detail,
        error_code=refused.code,
        message=refused.detail,
        details={},
        timestamp=datetime.now(UTC),
        request_id=str(scope.get(KEY, "")),
    )
