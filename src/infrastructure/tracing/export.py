"""Spans on their way out: in bounded memory, from a thread of their own, and never in anybody's way."""

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace import Span as RecordingSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from infrastructure.tracing.configuration import Bounds, Destination, DropReason

log = structlog.get_logger("tracing")


class CountedSpans(SpanExporter):
    """Counts what arrives over there and what does not."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.taken = 0
        self.lost = 0
        self._over = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._over:
            return SpanExportResult.FAILURE
        self.taken += len(spans)
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self.lost += len(spans)
            log.warning("spans not taken", count=len(spans), so_far=self.lost)
        return result

    def shutdown(self) -> None:
        """Ends the tries under way as soon as they wait; what comes after is not tried, nor counted."""
        if not self._over:
            self._over = True
            self._exporter.shutdown()


class SpanExport(SpanProcessor):
    """Takes spans without waiting: those beyond the bound are dropped and counted.

    The library drops silently, the oldest first; so the bound is kept here, and its own is never met.
    """

    def __init__(self, destination: Destination, bounds: Bounds) -> None:
        """Starts a thread, which ends with the process if not before."""
        # What it has to say of failures, with addresses and at length, is said in one line here.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        seconds = destination.timeout.total_seconds()
        self._spans = CountedSpans(
            OTLPSpanExporter(endpoint=destination.url, headers=destination.headers, timeout=seconds)
        )
        self._batches = BatchSpanProcessor(
            self._spans,
            max_queue_size=bounds.queue_size + bounds.batch_size,
            max_export_batch_size=bounds.batch_size,
            schedule_delay_millis=bounds.delay.total_seconds() * 1000,
        )
        self._bounds = bounds
        self._given = 0
        self._too_many = 0
        self._unsent = 0
        self._counting = threading.Lock()

    @property
    def dropped(self) -> int:
        """Spans that nobody was told of since the start: beyond the bound, refused, or not taken in time."""
        return self._unsent + sum(self.dropped_by_reason.values())

    @property
    def dropped_by_reason(self) -> Mapping[DropReason, int]:
        """While spans are sent. What a stop leaves unsent is told in the log: nobody asks a process that is gone."""
        return {DropReason.QUEUE_FULL: self._too_many, DropReason.NOT_TAKEN: self._spans.lost}

    def on_start(self, span: RecordingSpan, parent_context: Context | None = None) -> None:
        """Told when it ends."""

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is None or not span.context.trace_flags.sampled:
            return
        with self._counting:  # spans end in threads too
            if self._given - self._spans.taken >= self._bounds.queue_size:
                self._too_many += 1
                return
            self._given += 1
        self._batches.on_end(span)

    async def close(self) -> None:
        """Sends what waits, as long as patience lasts; what is left then is lost and counted."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def shut_down() -> None:
            self._batches.shutdown()  # type: ignore[no-untyped-call] # the library's
            with suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(done.set)

        # A thread that may hang must not be one that the process waits for at its end.
        threading.Thread(target=shut_down, daemon=True, name="last spans").start()
        try:
            await asyncio.wait_for(done.wait(), self._bounds.patience.total_seconds())
        except TimeoutError:
            self._unsent += self._given - self._spans.taken
            self._spans.shutdown()  # it would go on trying
        if self.dropped:
            log.warning("spans were dropped", count=self.dropped)
