"""An id may hold a slash. In a path it comes as ``%2F``, which a server decodes before anybody looks for the route."""

import re
from typing import Any, cast
from urllib.parse import unquote

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

_ENCODED = re.compile(rb"%2F", re.IGNORECASE)
# Unicode keeps this code point for what is internal to a process: no text has it.
_STAND_IN = "\ufdd0"
_ENCODED_STAND_IN = b"%EF%B7%90"
_KEY = "has_encoded_slashes"


class EncodedSlashes:
    """Puts something else in the place of such a slash until the route is found."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = (scope.get("raw_path") or b"") if scope["type"] == ScopeType.HTTP else b""
        if _ENCODED.search(raw):
            path = unquote(_ENCODED.sub(_ENCODED_STAND_IN, raw).decode("ascii", "replace"))
            scope = cast("Scope", {**scope, "path": path, _KEY: True})
        await self._app(scope, receive, send)


async def whole_parameters(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard of every route, since guards come before parameters are read: gives them their slashes back."""
    scope = cast("dict[str, Any]", connection.scope)
    if scope.get(_KEY):
        # Another dictionary: the framework remembers the one that it made.
        parameters = scope["path_params"].items()
        scope["path_params"] = {name: value.replace(_STAND_IN, "/") for name, value in parameters}
