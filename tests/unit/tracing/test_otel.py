"""What is told of work, and what is not."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from structlog.contextvars import get_contextvars

from infrastructure.tracing.tracer import Kind
from tests.examples import TRACEPARENT
from tests.told_spans import ToldSpans, a_tracer

TRACE_ID, SPAN_ID = (int(part, 16) for part in TRACEPARENT.split("-")[1:3])
CANARY = "the-cat-is-ill"
MALFORMED = ("", "00-4bf9-00f0-01", TRACEPARENT.replace("00-", "ff-", 1), TRACEPARENT.replace("4bf9", "xyz9"), CANARY)


def _parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def _trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


@pytest.mark.parametrize("kind", [Kind.SERVER, Kind.CONSUMER, Kind.PRODUCER])
def test_work_for_somebody_elsewhere_belongs_to_their_trace(kind: Kind) -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with tracer.span("work", kind=kind, parent=TRACEPARENT):
        pass

    assert (_trace_of(told.only()), _parent_of(told.only())) == (TRACE_ID, SPAN_ID)


@pytest.mark.parametrize("given", MALFORMED)
def test_what_is_no_traceparent_begins_a_trace(given: str) -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with tracer.span("work", kind=Kind.SERVER, parent=given):
        pass

    assert _trace_of(told.only()) != TRACE_ID
    assert told.only().parent is None


def test_a_message_without_a_trace_does_not_fall_into_what_is_under_way() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with tracer.span("outer"), tracer.span("message", kind=Kind.CONSUMER):
        pass

    assert told.named("message").parent is None


def test_a_part_is_told_only_within_something() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with tracer.inner("nobody asked"):
        pass
    with tracer.span("request") as request, tracer.inner("statement") as part:
        assert tracer.under_way() is not None

    assert told.names() == ["statement", "request"]
    assert part.traceparent[:35] == request.traceparent[:35]
    assert tracer.under_way() is None


def test_an_error_is_told_by_its_class_and_never_by_its_words() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with pytest.raises(ValueError, match=CANARY), tracer.span("work"):
        raise ValueError(CANARY)

    span = told.only()
    assert not span.status.is_ok
    assert span.attributes is not None
    assert dict(span.attributes) == {"error.type": "ValueError"}
    assert CANARY not in span.to_json()


def test_lines_of_the_log_tell_the_trace_they_belong_to() -> None:
    tracer = a_tracer()

    with tracer.span("request", kind=Kind.SERVER, parent=TRACEPARENT), tracer.inner("part"):
        within = get_contextvars().get("trace_id")

    assert within == TRACEPARENT.split("-")[1]
    assert "trace_id" not in get_contextvars()


def test_a_link_leads_to_earlier_work_and_what_is_no_traceparent_links_to_nothing() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with tracer.span("attempt") as span:
        span.continues(TRACEPARENT)
        span.continues(CANARY)

    [link] = told.only().links
    assert (link.context.trace_id, link.context.span_id) == (TRACE_ID, SPAN_ID)


@pytest.mark.parametrize(
    ("sampler", "parent", "number"),
    [
        ("always_off", TRACEPARENT, 0),
        ("traceidratio", None, 0),
        ("parentbased_traceidratio", None, 0),
        ("parentbased_traceidratio", TRACEPARENT, 1),
        ("parentbased_always_on", TRACEPARENT[:-2] + "00", 0),
        ("parentbased_always_off", TRACEPARENT, 1),
    ],
)
def test_what_is_told_is_for_the_sampler_to_say(sampler: str, parent: str | None, number: int) -> None:
    tracer = a_tracer(sampler=sampler, share=0.0)  # type: ignore[arg-type] # a name of those
    told = ToldSpans(tracer)

    with tracer.span("request", kind=Kind.SERVER, parent=parent):
        pass

    assert len(told.names()) == number
