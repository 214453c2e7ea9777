"""A receiver of traces: real HTTP, real protobuf (OTLP/HTTP), at a port of its own."""

import gzip
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from infrastructure.private_postgres.ports import LOOPBACK
from infrastructure.private_postgres.processes import wait_until

PATH = "/v1/traces"
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedSpan:
    """Ids in hexadecimal; those of nothing are empty."""

    service: Mapping[str, Any]
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: Mapping[str, Any]
    links: tuple[tuple[str, str], ...]
    """Trace and span that each leads to."""
    failed: bool
    began: int

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-01"


@dataclass(slots=True, kw_only=True)
class OtlpReceiver:
    port: int = 0
    status: HTTPStatus = HTTPStatus.OK
    hangs: threading.Event | None = None
    """Answers nobody until it is set."""
    paths: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    """With names in lower case."""
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def spans(self) -> list[ReceivedSpan]:
        """In the order in which they began."""
        found = [span for body in tuple(self.bodies) for span in _spans(body)]
        return sorted(found, key=lambda span: span.began)

    def named(self, name: str) -> list[ReceivedSpan]:
        return [span for span in self.spans() if span.name == name]

    def wait_for(self, name: str, number: int = 1) -> list[ReceivedSpan]:
        arrived = wait_until(lambda: len(self.named(name)) >= number, seconds=PATIENCE_SECONDS)
        assert arrived, sorted({span.name for span in self.spans()})
        return self.named(name)


@contextmanager
def otlp_receiver() -> Iterator[OtlpReceiver]:
    receiver = OtlpReceiver()
    server = ThreadingHTTPServer((LOOPBACK, 0), _handler(receiver))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hangs is not None:
            receiver.hangs.set()
        server.shutdown()
        server.server_close()


def _handler(receiver: OtlpReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.hangs is not None:
                receiver.hangs.wait(PATIENCE_SECONDS)
            self._take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)

        def _take(self, body: bytes) -> None:
            status = receiver.status if self.path.endswith(PATH) else HTTPStatus.NOT_FOUND
            receiver.paths.append(self.path)
            if status is HTTPStatus.OK:
                receiver.bodies.append(body)
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Tests say enough."""

    return Handler


def _spans(body: bytes) -> Iterator[ReceivedSpan]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _span(span, service)


def _span(span: Span, service: Mapping[str, Any]) -> ReceivedSpan:
    return ReceivedSpan(
        service=service,
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        attributes=_attributes(span.attributes),
        links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        began=span.start_time_unix_nano,
    )


def _attributes(pairs: Any) -> Mapping[str, Any]:  # noqa: ANN401 - protobuf's own container
    return {pair.key: _value(pair) for pair in pairs}


def _value(pair: KeyValue) -> object:
    kind = pair.value.WhichOneof("value")
    value: object = getattr(pair.value, kind) if kind else None
    return value
