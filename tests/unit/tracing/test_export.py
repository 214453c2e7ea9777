"""Spans on their way out, to a real receiver that may be ill."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest

from infrastructure.private_postgres.processes import wait_until
from infrastructure.tracing.configuration import Destination, DropReason
from infrastructure.tracing.export import SpanExport
from infrastructure.tracing.otel import OtelTracer
from tests.examples import TRACEPARENT
from tests.otlp import PATH, OtlpReceiver, otlp_receiver
from tests.told_spans import BOUNDS, ORIGIN, SECOND, a_tracer

SECRET = "Basic cGs6c2s="
HASTY = replace(BOUNDS, queue_size=5, batch_size=5, patience=timedelta(milliseconds=200))


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with otlp_receiver() as listening:
        yield listening


def _work(tracer: OtelTracer, number: int) -> None:
    for _ in range(number):
        with tracer.span("work", parent=TRACEPARENT):
            pass


async def test_spans_arrive_with_what_is_known_of_the_service_and_with_credentials(receiver: OtlpReceiver) -> None:
    tracer = a_tracer(url=receiver.url + PATH)

    async with tracer.exporting():
        _work(tracer, 25)

    spans = receiver.named("work")
    assert len(spans) == 25
    assert {span.trace_id for span in spans} == {TRACEPARENT.split("-")[1]}
    assert spans[0].service["service.name"] == ORIGIN.name
    assert spans[0].service["service.version"] == ORIGIN.version
    assert spans[0].service["deployment.environment.name"] == ORIGIN.environment
    assert receiver.headers[0]["authorization"] == SECRET


async def test_a_receiver_that_hangs_holds_nobody_up_and_what_is_too_much_is_dropped_and_counted(
    receiver: OtlpReceiver,
) -> None:
    receiver.hangs = threading.Event()
    tracer, export = a_tracer(), _export(receiver)
    tracer.told_to(export)

    _work(tracer, 5)
    await asyncio.sleep(0.2)  # the first batch is on its way
    _work(tracer, 20)
    await export.close()

    assert export.dropped == 20
    assert export.dropped_by_reason == {DropReason.QUEUE_FULL: 15, DropReason.NOT_TAKEN: 0}
    assert receiver.bodies == []


async def test_spans_that_are_refused_are_counted(receiver: OtlpReceiver) -> None:
    receiver.status = HTTPStatus.UNAUTHORIZED
    tracer, export = a_tracer(), _export(receiver)
    tracer.told_to(export)

    _work(tracer, 5)
    await export.close()

    assert export.dropped == 5
    assert export.dropped_by_reason == {DropReason.QUEUE_FULL: 0, DropReason.NOT_TAKEN: 5}


async def test_a_tracer_tells_how_many_were_dropped_also_before_it_exports_and_after(receiver: OtlpReceiver) -> None:
    receiver.status = HTTPStatus.UNAUTHORIZED
    tracer = a_tracer(url=receiver.url + PATH)
    before = dict(tracer.dropped)

    async with tracer.exporting():
        _work(tracer, 3)

    assert (before, tracer.dropped[DropReason.NOT_TAKEN]) == ({}, 3)


async def test_nothing_goes_on_trying_once_patience_has_run_out(receiver: OtlpReceiver) -> None:
    receiver.status = HTTPStatus.SERVICE_UNAVAILABLE  # worth another try, and another
    tracer, export = a_tracer(), _export(receiver)
    tracer.told_to(export)

    _work(tracer, 5)
    await asyncio.sleep(0.2)
    await export.close()

    assert await asyncio.to_thread(wait_until, lambda: not _at_work(), seconds=5)


async def test_nobody_there_is_no_reason_to_fail() -> None:
    tracer = a_tracer(timeout=SECOND / 5)

    async with tracer.exporting():
        _work(tracer, 5)


def test_credentials_are_not_shown() -> None:
    assert SECRET not in repr(Destination(url="http://x", headers={"authorization": SECRET}, timeout=SECOND))


def _at_work() -> list[str]:
    return [
        thread.name for thread in threading.enumerate() if thread.name in ("last spans", "OtelBatchSpanRecordProcessor")
    ]


def _export(receiver: OtlpReceiver) -> SpanExport:
    destination = Destination(url=receiver.url + PATH, headers={}, timeout=30 * SECOND)
    return SpanExport(destination, HASTY)
