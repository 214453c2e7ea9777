"""Errors on the wire: RFC 9457 problem details with the fields of the house as extension members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response

from entrypoints.http.request_id import request_id_of

PROBLEM_JSON = "application/problem+json"
URN = "urn:context-handling:error:"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    title: str
    status: int
    detail: str
    error_code: str
    message: str
    details: dict[str, Any]
    timestamp: datetime
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What does not fit, and where: a path as in ``conversation_logs[3].text``."""

    path: str
    message: str


class RefusedRequest(Exception):
    """An error of this edge; ``detail`` is told to the caller."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = headers or {}


def malformed() -> RefusedRequest:
    return RefusedRequest(HTTPStatus.BAD_REQUEST, "MALFORMED_JSON", "The body is not well-formed JSON in UTF-8.")


def does_not_fit(faults: Sequence[Fault]) -> RefusedRequest:
    detail = "The request does not fit the contract; details.errors names every fault."
    return RefusedRequest(HTTPStatus.UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", detail, faults=faults)


def problem_response(
    request: Request[Any, Any, Any],
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    details: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    problem = Problem(
        type=URN + code.lower().replace("_", "-"),
        title=status.phrase,
        status=status,
        detail=detail,
        error_code=code,
        message=detail,
        details=details or {},
        timestamp=datetime.now(UTC),
        request_id=request_id_of(request),
    )
    return Response(msgspec.json.encode(problem), status_code=status, media_type=PROBLEM_JSON, headers=headers or {})
