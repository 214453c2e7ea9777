"""What a route says of itself beside its signature, for ``opt``."""

from typing import Any

import msgspec

TAKES = "takes"
EXAMPLE = "example"
REFUSES = "refuses"
HEADERS = "headers"
LINKS = "links"


def documented(
    *,
    takes: type[msgspec.Struct] | None = None,
    example: dict[str, Any] | None = None,
    refuses: tuple[int, ...] = (),
    headers: tuple[str, ...] = (),
    links: dict[str, dict[str, str]] | None = None,
) -> dict[str, Any]:
    """``takes`` is the body. ``refuses`` are the errors beside those that every route has.

    ``links`` leads from an answer to other operations: operation id → parameter → where in the answer its value is.
    """
    return {TAKES: takes, EXAMPLE: example, REFUSES: refuses, HEADERS: headers, LINKS: links or {}}
