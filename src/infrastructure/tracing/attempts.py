"""Attempts at scoring: one span each, linked to the attempt before."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from domain.identifiers import EventId
from infrastructure.tracing.tracer import Span, Tracer

_attempt: ContextVar[Span | None] = ContextVar("attempt", default=None)
NOTEWORTHY = (ScoringOutcome.FAILED, ScoringOutcome.LEASE_LOST)


def attempt_under_way() -> Span | None:
    return _attempt.get()


@contextmanager
def attempting(span: Span) -> Iterator[None]:
    token = _attempt.set(span)
    try:
        yield
    finally:
        _attempt.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedCalculateScore(CalculateScore):
    """Tells of each attempt and its outcome. The claim adds which attempt it is, and what it continues."""

    tracer: Tracer

    async def __call__(self, event_id: EventId, *, early: bool = False) -> ScoringOutcome:
        with self.tracer.span("score", attributes={"event.id": event_id}) as span, attempting(span):
            outcome = await CalculateScore.__call__(self, event_id, early=early)
            span.note({"scoring.outcome": outcome.value})
            if outcome in NOTEWORTHY:
                span.failed(outcome.value)
            return outcome
