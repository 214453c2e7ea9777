"""The one module that knows OpenTelemetry. It is loaded only where traces are asked for."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from uuid import uuid4

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars

from infrastructure.tracing.configuration import Bounds, Destination, DropReason, Origin, Sampling
from infrastructure.tracing.export import SpanExport
from infrastructure.tracing.sampling import sampler_of
from infrastructure.tracing.tracer import NOTHING, Attributes, ExportingTracer, Kind, Span
from infrastructure.tracing.untold import UNTOLD

TRACEPARENT = "traceparent"
LONGEST_ATTRIBUTE = 4096
KINDS = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CONSUMER: SpanKind.CONSUMER,
    Kind.PRODUCER: SpanKind.PRODUCER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.INTERNAL: SpanKind.INTERNAL,
}
BEGINNERS = (Kind.SERVER, Kind.CONSUMER)
# Neither ``tracestate`` nor ``baggage``: both hold whatever a caller likes.
_w3c = TraceContextTextMapPropagator()


class OtelSpan(Span):
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    @property
    def traceparent(self) -> str:
        context = self._span.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def named(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    def failed(self, kind: str) -> None:
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR))

    def continues(self, traceparent: str) -> None:
        earlier = trace.get_current_span(_context_of(traceparent)).get_span_context()
        if earlier.is_valid:
            self._span.add_link(earlier)


class OtelTracer(ExportingTracer):
    """Tells nobody until ``exporting``."""

    def __init__(self, *, origin: Origin, sampling: Sampling, destination: Destination, bounds: Bounds) -> None:
        self._provider = TracerProvider(
            sampler=sampler_of(sampling),
            resource=_resource(origin),
            shutdown_on_exit=False,  # that would wait as long as it likes
            span_limits=SpanLimits(max_span_attribute_length=LONGEST_ATTRIBUTE),
        )
        self._tracer = self._provider.get_tracer(origin.name, origin.version)
        self._destination = destination
        self._bounds = bounds
        self._export: SpanExport | None = None

    @property
    def dropped(self) -> Mapping[DropReason, int]:
        return {} if self._export is None else self._export.dropped_by_reason

    def told_to(self, processor: SpanProcessor) -> None:
        self._provider.add_span_processor(processor)

    @asynccontextmanager
    async def exporting(self) -> AsyncIterator[None]:
        export = self._export = SpanExport(self._destination, self._bounds)
        self.told_to(export)
        try:
            yield
        finally:
            await export.close()

    @contextmanager
    def span(
        self, name: str, *, kind: Kind = Kind.INTERNAL, parent: str | None = None, attributes: Attributes = NOTHING
    ) -> Iterator[Span]:
        elsewhere = _context_of(parent) if parent or kind in BEGINNERS else None
        with self._tracer.start_as_current_span(
            name,
            context=elsewhere,
            kind=KINDS[kind],
            attributes=attributes,
            # Both would tell the message of an error, and its traceback.
            record_exception=False,
            set_status_on_exception=False,
        ) as started:
            told = OtelSpan(started)
            try:
                with bound_contextvars(trace_id=f"{started.get_span_context().trace_id:032x}"):
                    yield told
            except BaseException as error:
                told.failed(type(error).__name__)
                raise

    def inner(
        self, name: str, *, kind: Kind = Kind.INTERNAL, attributes: Attributes = NOTHING
    ) -> AbstractContextManager[Span]:
        if self.under_way() is None:
            return nullcontext(UNTOLD)
        return self.span(name, kind=kind, attributes=attributes)

    def under_way(self) -> Span | None:
        span = trace.get_current_span()
        return OtelSpan(span) if span.get_span_context().is_valid else None


def _context_of(traceparent: str | None) -> Context:
    """Empty if there is none, or what is given is no traceparent."""
    return _w3c.extract({TRACEPARENT: traceparent} if traceparent else {}, context=Context())


def _resource(origin: Origin) -> Resource:
    known = {
        "service.name": origin.name,
        "service.version": origin.version,
        "service.instance.id": str(uuid4()),
        "deployment.environment.name": origin.environment,
    }
    return Resource.create({**known, **origin.attributes})
