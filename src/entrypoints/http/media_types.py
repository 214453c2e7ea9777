"""What a body may be: JSON in UTF-8, as it is."""

import re
from http import HTTPStatus
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.handlers import BaseRouteHandler

from entrypoints.http.problems import RefusedRequest

JSON = "application/json"
_JSON_IN_UTF8 = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?', re.IGNORECASE)


async def only_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard of every route. Raises RefusedRequest: 415 for a body of another type, of none, or with an encoding.

    Nothing is ever unpacked, so that a few kilobytes cannot become gigabytes. A coroutine for ScopeGuard's reason.
    """
    headers = connection.headers
    if headers.get("Content-Encoding", "identity").strip().casefold() not in ("", "identity"):
        raise _unsupported("A body is taken as it is, without Content-Encoding.", {"Accept-Encoding": "identity"})
    if _has_body(headers) and not _JSON_IN_UTF8.fullmatch(headers.get("Content-Type", "").strip()):
        raise _unsupported(
            "A body must be JSON in UTF-8; say so with Content-Type: application/json.", {"Accept": JSON}
        )


def _has_body(headers: Headers) -> bool:
    return "Transfer-Encoding" in headers or headers.get("Content-Length", "0").strip() not in ("", "0")


def _unsupported(detail: str, headers: dict[str, str]) -> RefusedRequest:
    return RefusedRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail, headers=headers)
