"""What the decorators of this folder ask of a tracer. One module knows whose it is: ``otel.py``."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from enum import StrEnum, auto
from typing import Protocol

from infrastructure.tracing.configuration import DropReason

Attributes = Mapping[str, str | int | float | bool]
"""Names as in OpenTelemetry's semantic conventions, where they have one. Never anything that a child said."""
NOTHING: Attributes = {}


class Kind(StrEnum):
    SERVER = auto()
    CONSUMER = auto()
    PRODUCER = auto()
    CLIENT = auto()
    INTERNAL = auto()


class Span(Protocol):
    """A piece of work that is being told of."""

    @property
    def traceparent(self) -> str:
        """For whoever continues it elsewhere (W3C Trace Context)."""
        ...

    def named(self, name: str) -> None: ...

    def note(self, attributes: Attributes) -> None: ...

    def failed(self, kind: str) -> None:
        """``kind``: the class of an error or a code; never a message, which may quote anything."""
        ...

    def continues(self, traceparent: str) -> None:
        """Links it to work that was done before, in this trace or another."""
        ...


class Tracer(Protocol):
    """Tells of work, somewhere else and later: never waits, never fails, never changes what is traced."""

    def span(
        self, name: str, *, kind: Kind = Kind.INTERNAL, parent: str | None = None, attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        """Under way until it is left; an error that leaves it is told by its class.

        ``parent``: a traceparent from elsewhere, taken only if it is well-formed. Without one it belongs to what is
        under way here; a SERVER or CONSUMER begins a trace of its own, and so does whatever nothing is under way for.
        """
        ...

    def inner(
        self, name: str, *, kind: Kind = Kind.INTERNAL, attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        """Part of what is under way here; not told where nothing is: the relay asks the database day and night."""
        ...

    def under_way(self) -> Span | None: ...


class ExportingTracer(Tracer, Protocol):
    @property
    def dropped(self) -> Mapping[DropReason, int]:
        """How many spans nobody over there was told of so far."""
        ...

    def exporting(self) -> AbstractAsyncContextManager[None]:
        """Sends spans away while it is entered; ends within the patience that it was given."""
        ...
