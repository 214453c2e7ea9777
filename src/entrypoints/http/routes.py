"""By which name a request is told of: one of a few, whatever a caller sends."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPMethod

from litestar.types import HTTPScope, Scope

from entrypoints.http.path_prefixes import PREFIXES

UNMATCHED = "unmatched"
OTHER_METHOD = "OTHER"
_METHODS = frozenset(method.value for method in HTTPMethod)
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Tells the route of a request with the names of its parameters, and by the prefix of the contract."""

    names: Mapping[str, str]
    """By the template, which may have another prefix."""
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def of(cls, templates: Iterable[str]) -> "Routes":
        names = {template: _by_first_prefix(template) for template in templates}
        with_parameters = [template for template in names if _PARAMETER.search(template)]
        return cls(names=names, patterns=tuple((_pattern(template), names[template]) for template in with_parameters))

    def of_request(self, scope: Scope) -> str:
        """Also of one that was refused before the framework looked for its route, or because of its method."""
        if (template := scope.get("path_template")) is not None:
            return self.names.get(template, UNMATCHED)
        path = scope["path"].rstrip("/") or "/"
        return self.names.get(path) or next((name for form, name in self.patterns if form.fullmatch(path)), UNMATCHED)


def method_of(scope: HTTPScope) -> str:
    """As the caller sent it."""
    return scope["method"] if scope["method"] in _METHODS else OTHER_METHOD


def _by_first_prefix(template: str) -> str:
    first, *others = PREFIXES
    for prefix in others:
        if template.startswith(f"{prefix}/"):
            return first + template.removeprefix(prefix)
    return template


def _pattern(template: str) -> re.Pattern[str]:
    """A parameter is one part of a path."""
    return re.compile("[^/]+".join(map(re.escape, _PARAMETER.split(template))))
