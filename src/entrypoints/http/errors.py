"""The one table that says what an exception means on the wire."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from application.errors import (
    BeingProcessed,
    CatalogueChanged,
    Conflict,
    ConversationNotFound,
    DependencyUnavailable,
    LogStoreUnavailable,
    LogUnavailable,
    NotToBeScored,
    UserErased,
    UserMismatch,
    UserNotFound,
)
from domain.conversation_log import InvalidConversationLog
from domain.event import IllegalTransition
from domain.suggestion.errors import NoSuitableAgent
from entrypoints.http.problems import Fault, RefusedRequest, problem_response
from entrypoints.http.schemas.conversation_end import log_faults

log = structlog.get_logger("http")
AnyRequest = Request[Any, Any, Any]
Handler = Callable[[AnyRequest, Any], Response[bytes]]
RETRY_AFTER_SECONDS = "2"
# What the framework says, with status 500, of a caller that hangs up before it has sent everything.
CALLER_GONE = "client disconnected prematurely"

# Exception → status, code, what the caller is told (None: the exception's own text, written by us for callers).
TABLE: dict[type[Exception], tuple[HTTPStatus, str, str | None]] = {
    ConversationNotFound: (HTTPStatus.NOT_FOUND, "CONVERSATION_NOT_FOUND", None),
    UserNotFound: (HTTPStatus.NOT_FOUND, "USER_NOT_FOUND", None),
    NoSuitableAgent: (HTTPStatus.NOT_FOUND, "AGENT_NOT_FOUND", "The catalogue has no agent to offer to this user."),
    UserMismatch: (HTTPStatus.BAD_REQUEST, "USER_MISMATCH", None),
    IllegalTransition: (HTTPStatus.CONFLICT, "CONFLICT", None),
    BeingProcessed: (HTTPStatus.CONFLICT, "CONFLICT", None),
    NotToBeScored: (HTTPStatus.CONFLICT, "CONFLICT", None),
    UserErased: (HTTPStatus.CONFLICT, "CONFLICT", None),
    CatalogueChanged: (HTTPStatus.PRECONDITION_FAILED, "PRECONDITION_FAILED", None),
    Conflict: (HTTPStatus.CONFLICT, "CONFLICT", "Somebody else is changing this; try again."),
    DependencyUnavailable: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "DATABASE_UNAVAILABLE",
        "The database did not answer in time; try again, the same request never counts twice.",
    ),
    LogStoreUnavailable: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "LOG_UNAVAILABLE",
        "The conversation log cannot be read now.",
    ),
    LogUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "LOG_UNAVAILABLE", "The conversation log cannot be read now."),
}

HTTP_CODES = {
    HTTPStatus.BAD_REQUEST: "BAD_REQUEST",
    HTTPStatus.UNAUTHORIZED: "UNAUTHORIZED",
    HTTPStatus.FORBIDDEN: "FORBIDDEN",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "PAYLOAD_TOO_LARGE",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
    HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMITED",
}


def exception_handlers() -> ExceptionHandlersMap:
    return {
        RefusedRequest: _refused,
        InvalidConversationLog: _invalid_log,
        ValidationException: _invalid_parameters,
        HTTPException: _http,
        **dict.fromkeys(TABLE, _from_table),
        Exception: _unexpected,
    }


def _refused(request: AnyRequest, error: RefusedRequest) -> Response[bytes]:
    details = {"errors": [{"path": fault.path, "message": fault.message} for fault in error.faults]}
    return problem_response(
        request,
        error.status,
        error.code,
        error.detail,
        details=details if error.faults else {},
        headers=error.headers,
    )


def _invalid_log(request: AnyRequest, error: InvalidConversationLog) -> Response[bytes]:
    return _validation(request, list(log_faults(error, request.state.log_field)))


def _invalid_parameters(request: AnyRequest, error: ValidationException) -> Response[bytes]:
    extra = error.extra if isinstance(error.extra, list) else []
    return _validation(
        request, [Fault(path=str(fault.get("key", "")), message=str(fault.get("message", ""))) for fault in extra]
    )


def _validation(request: AnyRequest, faults: list[Fault]) -> Response[bytes]:
    return problem_response(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "VALIDATION_ERROR",
        "The request does not fit the contract; details.errors names every fault.",
        details={"errors": [{"path": fault.path, "message": fault.message} for fault in faults]},
    )


def _http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Litestar's own errors, with our words: its texts may repeat what was sent."""
    status = HTTPStatus(error.status_code)
    if error.detail == CALLER_GONE:
        status = HTTPStatus.BAD_REQUEST  # for the record: nobody is there to read it
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(request, error)
    code = HTTP_CODES.get(status, status.name)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() != "content-length"}
    return problem_response(request, status, code, status.description or status.phrase, headers=headers)


def _from_table(request: AnyRequest, error: Exception) -> Response[bytes]:
    kind = next(kind for kind in type(error).__mro__ if kind in TABLE)
    status, code, told = TABLE[kind]
    unavailable = status is HTTPStatus.SERVICE_UNAVAILABLE
    if unavailable:
        log.warning("a dependency is unavailable", error=str(error))
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if unavailable else {}
    return problem_response(request, status, code, told or str(error), headers=headers)


def _unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    log.error("unhandled error", method=request.method, path=request.url.path, exc_info=error)
    return problem_response(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "INTERNAL_ERROR",
        "Something went wrong on our side; the request id finds it in our logs.",
    )
