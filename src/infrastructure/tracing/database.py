from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from infrastructure.tracing.attempts import attempt_under_way
from infrastructure.tracing.statements import summary
from infrastructure.tracing.tracer import Attributes, Kind, Span, Tracer

_statement: ContextVar[Span | None] = ContextVar("statement", default=None)
SYSTEM: Attributes = {"db.system.name": "postgresql"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSpans:
    """Tells of statements by their text, in which placeholders stand for whatever somebody said."""

    tracer: Tracer

    @contextmanager
    def statement(self) -> Iterator[None]:
        with self.tracer.inner("SQL", kind=Kind.CLIENT, attributes=SYSTEM) as span:
            token = _statement.set(span)
            try:
                yield
            finally:
                _statement.reset(token)

    def told(self, text: str) -> None:
        if (span := _statement.get()) is not None:
            told = summary(text)
            span.named(told)
            span.note({"db.query.summary": told, "db.query.text": text})

    def commit(self) -> AbstractContextManager[object]:
        return self.tracer.inner("COMMIT", kind=Kind.CLIENT, attributes={**SYSTEM, "db.query.summary": "COMMIT"})

    def claim(self) -> AbstractContextManager[object]:
        return self.tracer.inner("claim")

    def attempt(self) -> str | None:
        span = attempt_under_way()
        return span.traceparent if span else None

    def claimed(self, *, conversation_id: str, number: int, reported_in: str | None, earlier: str | None) -> None:
        if (span := attempt_under_way()) is None:
            return
        span.note({"conversation.id": conversation_id, "attempt.number": number})
        if earlier:
            span.continues(earlier)
        if reported_in and _trace_id(reported_in) != _trace_id(span.traceparent):
            span.continues(reported_in)


def _trace_id(traceparent: str) -> str:
    return traceparent[3:35]
