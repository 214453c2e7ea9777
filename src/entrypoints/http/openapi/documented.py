"""What a route says of itself beside its signature, for ``opt``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

DOCUMENTED = "documented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How to go on from an answer: for each thing to send, where in the answer it is (a runtime expression)."""

    to: str
    """An operation's id."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """A name that is not unique among the parameters has its place before it, as in ``header.If-Match``."""
    body: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """Of one route."""

    takes: type[msgspec.Struct] | None = None
    """Its body."""
    constraints: Mapping[str, Any] = field(default_factory=dict)
    """What JSON Schema says of the whole body, beyond its fields."""
    sends: object = None
    """A body, as an example."""
    answers: object = None
    """A success, as an example."""
    also: tuple[int, ...] = ()
    """Statuses of answers that are no errors: of the success's form, or of no body where HTTP allows none."""
    refuses: tuple[int, ...] = ()
    """Errors beside those that every route has."""
    headers: tuple[str, ...] = ()
    """Of a success."""
    needs: tuple[str, ...] = ()
    """Header fields without which a request is refused."""
    links: tuple[Link, ...] = ()
    keeps_trace: bool = False
    """What it begins goes on later, in the trace of the request."""

    def opt(self) -> dict[str, "Documentation"]:
        return {DOCUMENTED: self}
