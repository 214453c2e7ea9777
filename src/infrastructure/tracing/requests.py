from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infrastructure.tracing.tracer import Attributes, Kind, Span, Tracer

OUR_FAULTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRequest:
    span: Span
    method: str

    def answered(self, route: str, status: int) -> None:
        """``route``: with the names of its parameters; the path itself may hold anything."""
        self.span.named(f"{self.method} {route}")
        self.span.note({"http.route": route, "http.response.status_code": status})
        if status >= OUR_FAULTS:
            self.span.failed(str(status))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSpans:
    """Tells of requests by method and route."""

    tracer: Tracer

    @contextmanager
    def __call__(self, *, method: str, request_id: str, traceparent: str | None) -> Iterator[ToldRequest]:
        attributes: Attributes = {"http.request.method": method, "request.id": request_id}
        with self.tracer.span(method, kind=Kind.SERVER, parent=traceparent, attributes=attributes) as span:
            yield ToldRequest(span=span, method=method)
