from collections.abc import Sequence

import pytest
from litestar.types import Receive, Scope, Send

from entrypoints.http.request_id import KEY
from entrypoints.http.routes import Routes
from entrypoints.http.traced_requests import TracedRequests
from infrastructure.tracing.requests import RequestSpans
from tests.examples import TRACEPARENT
from tests.told_spans import ToldSpans, a_tracer

CANARY = "the-cat-is-ill"
ROUTES = Routes.of(["/v1/conversations/{conversation_id}", "/livez"])


async def _answering(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": CANARY.encode(), "more_body": False})


async def _told(path: str, *traceparents: str) -> ToldSpans:
    tracer = a_tracer()
    told = ToldSpans(tracer)
    app = TracedRequests(app=_answering, tracing=RequestSpans(tracer=tracer), routes=ROUTES)
    headers: Sequence[tuple[bytes, bytes]] = [(b"traceparent", given.encode()) for given in traceparents]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": CANARY.encode(), "headers": headers}
    scope[KEY] = "request-1"

    async def receive() -> object:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: object) -> None:
        """Nobody listens."""

    await app(scope, receive, send)  # type: ignore[arg-type]
    return told


async def test_a_request_goes_on_with_the_trace_of_its_caller() -> None:
    span = (await _told(f"/v1/conversations/{CANARY}", TRACEPARENT)).only()

    assert span.name == "GET /v1/conversations/{conversation_id}"
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" == TRACEPARENT[3:-3]
    assert span.attributes is not None
    assert span.attributes["request.id"] == "request-1"
    assert CANARY not in span.to_json()


@pytest.mark.parametrize("given", [(), (CANARY,), (TRACEPARENT, TRACEPARENT)])
async def test_without_one_good_traceparent_it_begins_a_trace(given: tuple[str, ...]) -> None:
    assert (await _told("/v1/conversations/x", *given)).only().parent is None


async def test_probes_are_not_told() -> None:
    assert (await _told("/livez", TRACEPARENT)).names() == []
