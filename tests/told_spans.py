"""A real tracer whose spans stay in this process."""

from collections.abc import Iterator
from datetime import timedelta

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infrastructure.tracing.configuration import Bounds, Destination, Origin, SamplerName, Sampling
from infrastructure.tracing.otel import OtelTracer

SECOND = timedelta(seconds=1)
ORIGIN = Origin(name="tested", version="1.2.3", environment="test")
BOUNDS = Bounds(queue_size=100, batch_size=10, delay=SECOND / 20, patience=5 * SECOND)


def a_tracer(
    *,
    url: str = "http://127.0.0.1:1/v1/traces",
    bounds: Bounds = BOUNDS,
    timeout: timedelta = SECOND,
    sampler: SamplerName = "parentbased_always_on",
    share: float = 1.0,
) -> OtelTracer:
    return OtelTracer(
        origin=ORIGIN,
        sampling=Sampling(name=sampler, share=share),
        destination=Destination(url=url, headers={"authorization": "Basic cGs6c2s="}, timeout=timeout),
        bounds=bounds,
    )


class ToldSpans:
    def __init__(self, tracer: OtelTracer) -> None:
        self._exporter = InMemorySpanExporter()
        tracer.told_to(SimpleSpanProcessor(self._exporter))

    def __iter__(self) -> Iterator[ReadableSpan]:
        return iter(self._exporter.get_finished_spans())

    def only(self) -> ReadableSpan:
        [span] = self._exporter.get_finished_spans()
        return span

    def names(self) -> list[str]:
        """In the order in which they ended."""
        return [span.name for span in self._exporter.get_finished_spans()]

    def named(self, name: str) -> ReadableSpan:
        [span] = [span for span in self._exporter.get_finished_spans() if span.name == name]
        return span
