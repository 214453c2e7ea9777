"""An id may read like a part of a route: a conversation called ``end``, a user called ``calculate-score``.

The framework's tree of routes takes the written part, and does not look back when nothing answers there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

Methods = frozenset[str]
# As U+FDD0 for slashes: internal to a process, no text has it.
_MARK = "\ufdd1"
_KEY = "has_ids_like_routes"
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Paths that a template has with one of its parameters spelt like a part of another route."""

    form: re.Pattern[str]
    methods: Methods

    def found(self, path: str, method: str) -> re.Match[str] | None:
        return self.form.fullmatch(path) if method in self.methods else None


class IdsLikeRoutes:
    """Marks such an id until its route is found, where only that one has the method."""

    def __init__(self, app: ASGIApp, routes: Mapping[str, Methods]) -> None:
        """``routes``: by template, with ``{…}`` for parameters."""
        self._app = app
        self._written = {(path, method) for path, methods in routes.items() for method in methods}
        self._hidden = tuple(_hidden(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            path, method = scope["path"].rstrip("/"), str(scope["method"])
            if (path, method) not in self._written and (found := self._found(path, method)):
                marked = f"{path[: found.start(1)]}{_MARK}{path[found.start(1) :]}"
                scope = cast("Scope", {**scope, "path": marked, _KEY: True})
        await self._app(scope, receive, send)

    def _found(self, path: str, method: str) -> re.Match[str] | None:
        return next((found for hidden in self._hidden if (found := hidden.found(path, method))), None)


async def unmarked_parameters(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard of every route, since guards come before parameters are read."""
    scope = cast("dict[str, Any]", connection.scope)
    if scope.get(_KEY):
        parameters = scope["path_params"].items()
        scope["path_params"] = {name: value.removeprefix(_MARK) for name, value in parameters}


def _hidden(routes: Mapping[str, Methods]) -> Iterator[Hidden]:
    split = {template: template.split("/") for template in routes}
    for template, parts in split.items():
        for place, part in enumerate(parts):
            if not _PARAMETER.fullmatch(part):
                continue
            words = _words_at(place, parts[:place], split.values())
            if words:
                yield Hidden(form=_form(parts, place, words), methods=routes[template])


def _words_at(place: int, before: list[str], templates: Iterable[list[str]]) -> frozenset[str]:
    """What is written there in routes that begin alike."""
    return frozenset(
        parts[place]
        for parts in templates
        if len(parts) > place and parts[:place] == before and not _PARAMETER.fullmatch(parts[place])
    )


def _form(parts: list[str], place: int, words: frozenset[str]) -> re.Pattern[str]:
    forms = ["[^/]+" if _PARAMETER.fullmatch(part) else re.escape(part) for part in parts]
    forms[place] = f"({'|'.join(map(re.escape, sorted(words)))})"
    return re.compile("/".join(forms))
