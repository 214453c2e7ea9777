"""The OpenAPI document: what the framework knows of the routes, and what the contract says beside it."""

from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from entrypoints.http.auth import PUBLIC, SCOPE
from entrypoints.http.media_types import JSON
from entrypoints.http.openapi.documented import DOCUMENTED, Documentation, Link
from entrypoints.http.problems import PROBLEM_JSON, Problem

REF = "#/components/schemas/{name}"
ALIAS = "/api/"
BEARER = "accessToken"
# Whoever sends a body, asked for or not, hears of its length or type.
ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.INTERNAL_SERVER_ERROR)
GUARDED = (
    *(*ALWAYS, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    *(HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE),
)
WITH_BODY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)
HEADERS_OF = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}
EXAMPLE_PROBLEM = {
    "type": "urn:context-handling:error:conversation-not-found",
    "title": "Not Found",
    "status": 404,
    "detail": "No conversation conv_0001.",
    "error_code": "CONVERSATION_NOT_FOUND",
    "message": "No conversation conv_0001.",
    "details": {},
    "timestamp": "2025-11-26T10:20:01Z",
    "request_id": "0f3c5a7e9b1d4f60",
}
# Python renamed these; the document is the same under every version.
PHRASES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
TRACEPARENT = {
    "name": "traceparent",
    "in": "header",
    "required": False,
    "description": "The trace that this belongs to (W3C Trace Context). Anything else is ignored, never refused.",
    "schema": {"type": "string"},
    "example": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
DESCRIPTION = "Every path of `/v1` answers the same under `/api/v1`. Errors are problem details (RFC 9457)."


def openapi_document(app: Litestar) -> dict[str, Any]:
    """OpenAPI 3.1. The application must have been made with its documentation switched on."""
    document = deepcopy(app.openapi_schema.to_schema())
    document["info"]["description"] = DESCRIPTION
    document["paths"] = {path: item for path, item in sorted(document["paths"].items()) if _is_told(path)}
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= _components(Problem)
    schemas["Problem"]["examples"] = [EXAMPLE_PROBLEM]
    document["components"]["securitySchemes"] = {
        BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "HS256, with scopes"}
    }
    for path, method, handler in _handlers(app):
        schemas |= _complete(document["paths"][path][method.lower()], handler)
    return document


def _is_told(path: str) -> bool:
    return not path.startswith((ALIAS, "/docs"))


def _handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute) and _is_told(route.path_format):
            for handler in route.route_handlers:
                if handler.resolve_include_in_schema():
                    yield from ((route.path_format, str(method), handler) for method in handler.http_methods)


def _complete(operation: dict[str, Any], handler: HTTPRouteHandler) -> dict[str, Any]:
    """Returns the schemas that it needs."""
    operation["operationId"] = operation_id(handler)
    if not handler.opt.get(PUBLIC):
        operation["security"] = [{BEARER: []}]
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{handler.opt[SCOPE]}`."
    operation["responses"].pop("400", None)  # the framework's own idea of an error
    told = _documentation(handler)
    _tell_success(operation["responses"], handler, told)
    for status in sorted(_refusals(operation, handler, told)):
        operation["responses"].setdefault(str(int(status)), _problem(HTTPStatus(status)))
    _tell_what_is_needed(operation, told)
    if told.keeps_trace:
        operation.setdefault("parameters", []).append(TRACEPARENT)
    return _tell_body(operation, told)


def _documentation(handler: HTTPRouteHandler) -> Documentation:
    told: Documentation = handler.opt.get(DOCUMENTED, Documentation())
    return told


def operation_id(handler: HTTPRouteHandler) -> str:
    """As in ``conversations_end``."""
    return "_".join([*sorted(handler.resolve_tags())[:1], handler.handler_name])


def _refusals(operation: dict[str, Any], handler: HTTPRouteHandler, told: Documentation) -> set[int]:
    refused = {*(ALWAYS if handler.opt.get(PUBLIC) else GUARDED), *told.refuses}
    if operation.get("parameters"):
        refused.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    return {int(status) for status in (*refused, *(WITH_BODY if told.takes else ()))}


def _problem(status: HTTPStatus) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": PHRASES.get(status, status.phrase),
        "content": {PROBLEM_JSON: {"schema": {"$ref": REF.format(name="Problem")}}},
    }
    if status in HEADERS_OF:
        told["headers"] = {HEADERS_OF[status]: {"schema": {"type": "string"}, "required": True}}
    return told


def _tell_success(responses: dict[str, Any], handler: HTTPRouteHandler, told: Documentation) -> None:
    success = responses[str(handler.status_code)]
    if told.answers is not None:
        success["content"][JSON]["example"] = told.answers
    for name in told.headers:
        success.setdefault("headers", {})[name] = {"schema": {"type": "string"}, "required": True}
    if told.links:
        success["links"] = {link.to: _link(link) for link in told.links}
    for status in told.also:
        responses[str(status)] = _also(HTTPStatus(status), success)


def _link(link: Link) -> dict[str, Any]:
    body = {"requestBody": link.body} if link.body is not None else {}
    return {"operationId": link.to, "parameters": dict(link.parameters)} | body


def _also(status: HTTPStatus, success: dict[str, Any]) -> dict[str, Any]:
    also = {"description": status.phrase, "headers": success.get("headers", {})}
    if status is not HTTPStatus.NOT_MODIFIED:
        also["content"] = {JSON: {"schema": success["content"][JSON]["schema"]}}
    return also


def _tell_what_is_needed(operation: dict[str, Any], told: Documentation) -> None:
    """Asked for by us, not by the framework, whose refusal would be a 422."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header" and parameter["name"] in told.needs:
            parameter |= {"required": True, "schema": {"type": "string", "pattern": r"\S"}, "example": "*"}


def _tell_body(operation: dict[str, Any], told: Documentation) -> dict[str, Any]:
    if told.takes is None:
        return {}
    schemas = _components(told.takes)
    schemas[told.takes.__name__] |= told.constraints
    content = {"schema": {"$ref": REF.format(name=told.takes.__name__)}, "example": told.sends}
    operation["requestBody"] = {"required": True, "content": {JSON: content}}
    return schemas


def _components(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return msgspec.json.schema_components([kind], ref_template=REF)[1]
