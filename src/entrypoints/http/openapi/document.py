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
from entrypoints.http.openapi.documented import EXAMPLE, HEADERS, LINKS, REFUSES, TAKES
from entrypoints.http.problems import PROBLEM_JSON, Problem

REF = "#/components/schemas/{name}"
ALIAS = "/api/"
BEARER = "accessToken"
ALWAYS = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
GUARDED = (*ALWAYS, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
WITH_BODY = (
    *(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    *(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY),
)
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
    _tell_success(operation["responses"], handler)
    for status in sorted(_refusals(operation, handler)):
        operation["responses"].setdefault(str(int(status)), _problem(HTTPStatus(status)))
    return _tell_body(operation, handler)


def operation_id(handler: HTTPRouteHandler) -> str:
    """As in ``conversations_end``."""
    return "_".join([*sorted(handler.resolve_tags())[:1], handler.handler_name])


def _refusals(operation: dict[str, Any], handler: HTTPRouteHandler) -> set[int]:
    if handler.opt.get(PUBLIC):
        return set()
    refused = {int(status) for status in (*GUARDED, *handler.opt.get(REFUSES, ()))}
    if operation.get("parameters"):
        refused.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    return refused | ({int(status) for status in WITH_BODY} if handler.opt.get(TAKES) else set())


def _problem(status: HTTPStatus) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": PHRASES.get(status, status.phrase),
        "content": {PROBLEM_JSON: {"schema": {"$ref": REF.format(name="Problem")}}},
    }
    if status in HEADERS_OF:
        told["headers"] = {HEADERS_OF[status]: {"schema": {"type": "string"}, "required": True}}
    return told


def _tell_success(responses: dict[str, Any], handler: HTTPRouteHandler) -> None:
    success = responses[str(handler.status_code)]
    for name in handler.opt.get(HEADERS, ()):
        success.setdefault("headers", {})[name] = {"schema": {"type": "string"}, "required": True}
    links = handler.opt.get(LINKS, {})
    if links:
        success["links"] = {
            target: {"operationId": target, "parameters": parameters} for target, parameters in links.items()
        }


def _tell_body(operation: dict[str, Any], handler: HTTPRouteHandler) -> dict[str, Any]:
    kind = handler.opt.get(TAKES)
    if kind is None:
        return {}
    content: dict[str, Any] = {"schema": {"$ref": REF.format(name=kind.__name__)}}
    if example := handler.opt.get(EXAMPLE):
        content["example"] = example
    operation["requestBody"] = {"required": True, "content": {JSON: content}}
    return _components(kind)


def _components(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return msgspec.json.schema_components([kind], ref_template=REF)[1]
