"""One trace from the caller's request over the broker to the score, as a receiver of OTLP sees it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from tests.end_to_end.children import LINES, Books, an_ended_conversation, bearer
from tests.end_to_end.conftest import KEY
from tests.end_to_end.program import Program, Running
from tests.otlp import OtlpReceiver, ReceivedSpan, otlp_receiver

WORDS = "chimcanhcut"
CALLER_TRACE, CALLER_SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CALLER = {"traceparent": f"00-{CALLER_TRACE}-{CALLER_SPAN}-01", "baggage": f"child={WORDS}"}
ENDED = {
    **an_ended_conversation(0),
    "conversation_logs": [*LINES, {"speaker": "user", "text": f"I like {WORDS}. Why?"}],
}
END = "POST /v1/conversations/end"
PUBLISH = "publish conversation_exchange"
PROCESS = "process conversation_events_processing"
# The second attempt comes within seconds, and spans do not wait for company.
BRISK = {
    "MEMORY_API_TIMEOUT_SECONDS": "1",
    "OTEL_BSP_SCHEDULE_DELAY": "200",
    "RELAY_INTERVAL_SECONDS": "0.3",
    "RETRY_BASE_HOURS": "0.0003",
}


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with otlp_receiver() as listening:
        yield listening


def test_one_trace_leads_from_the_caller_over_the_broker_and_a_retry_to_the_score(
    configured: Program, receiver: OtlpReceiver, database_url: str
) -> None:
    memory, using = _with_stand_ins(configured, receiver)
    service, consumer, books = using.serve(), using.consume(), Books(database_url)

    answer = httpx.post(f"{service.url}/v1/conversations/end", json=ENDED, headers=bearer(KEY) | CALLER, timeout=30)
    assert answer.status_code == httpx.codes.ACCEPTED
    receiver.wait_for("score")
    httpx.put(f"{memory}/control/behaviour", content=b"{}").raise_for_status()
    books.wait_until_processed(1)
    assert (service.stop(), consumer.stop()) == (0, 0)  # what waited is sent

    trace = [span for span in receiver.spans() if span.trace_id == CALLER_TRACE]
    _assert_request(trace)
    first, *_, last = _attempts(trace)
    assert (first.failed, first.attributes["scoring.outcome"]) == (True, "failed")
    assert (last.failed, last.attributes["scoring.outcome"]) == (False, "processed")
    _assert_work(trace, last)
    _assert_nothing_said(receiver)
    assert _logged(service, trace_id=CALLER_TRACE) or _logged(consumer, trace_id=CALLER_TRACE)
    assert {span.service["service.name"] for span in trace} == {"context-handling"}


def _with_stand_ins(configured: Program, receiver: OtlpReceiver) -> tuple[str, Program]:
    """The address of the memory service, which hangs, and the program that uses it and a model."""
    ports = [str(free_port()), str(free_port())]
    started = configured.start(
        "fake-services", "--memory-port", ports[0], "--llm-port", ports[1], "--memory", "fault=hang"
    )
    started.wait_for("Stand-ins for both services are up")
    told = dict(re.findall(r"^(\w+)=(.*)$", started.output(), re.MULTILINE))
    settings = {**configured.settings, **BRISK, **told, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url}
    return f"http://{LOOPBACK}:{ports[0]}", replace(configured, settings=settings)


def _assert_request(trace: list[ReceivedSpan]) -> None:
    [request] = _named(trace, END)
    assert (request.kind, request.parent_id) == ("SERVER", CALLER_SPAN)
    assert request.attributes["http.response.status_code"] == httpx.codes.ACCEPTED
    [accepted] = _named(trace, "accept event")
    assert accepted.parent_id == request.span_id
    [inserted] = _named(trace, "INSERT conversation_events")
    assert inserted.parent_id == accepted.span_id
    [kept] = _named(trace, "log store put")
    assert kept.attributes["log_store.kind"] == "postgres"


def _attempts(trace: list[ReceivedSpan]) -> list[ReceivedSpan]:
    """Each follows from a message that was sent within the trace, and leads to the one before."""
    [request] = _named(trace, END)
    sent = {span.span_id: span for span in _named(trace, PUBLISH)}
    processed = {span.span_id: span for span in _named(trace, PROCESS)}
    attempts = [span for span in _named(trace, "score") if "attempt.number" in span.attributes]
    assert {span.parent_id for span in sent.values()} == {request.span_id}
    assert {span.kind for span in sent.values()} == {"PRODUCER"}
    for message in processed.values():
        assert (message.kind, message.parent_id in sent) == ("CONSUMER", True)
    assert len(attempts) > 1
    assert [span.attributes["attempt.number"] for span in attempts] == list(range(1, len(attempts) + 1))
    assert all(span.parent_id in processed for span in attempts)
    earlier = [(), *(((span.trace_id, span.span_id),) for span in attempts[:-1])]
    assert [span.links for span in attempts] == earlier
    return attempts


def _assert_work(trace: list[ReceivedSpan], attempt: ReceivedSpan) -> None:
    """What the attempts did is told below them: the model by the first, the memory service by each."""
    names = {span.name for span in trace if span.parent_id == attempt.span_id}
    assert {"claim", "log store get", "extract memories", "COMMIT"} <= names
    claims = {span.span_id for span in _named(trace, "claim")}
    assert any(span.parent_id in claims for span in _named(trace, "UPDATE conversation_events"))
    assert all("%(event_id)s" in span.attributes["db.query.text"] for span in _named(trace, "UPDATE attempts"))
    chats = _named(trace, "chat openai/gpt-oss-20b")
    assert {span.attributes["analysis.task"] for span in chats} == {"questions", "emotion"}
    for chat in chats:
        assert chat.kind == "CLIENT"
        assert chat.attributes["gen_ai.provider.name"] == "groq"
        assert chat.attributes["gen_ai.request.model"] == "openai/gpt-oss-20b"
        assert chat.attributes["gen_ai.usage.input_tokens"] > 0
        assert chat.attributes["gen_ai.usage.output_tokens"] > 0


def _assert_nothing_said(receiver: OtlpReceiver) -> None:
    assert receiver.bodies
    said = [WORDS, *(line.get("content") or line.get("text", "") for line in LINES)]
    assert [words for words in said for body in receiver.bodies if words.encode() in body] == []


def _named(trace: list[ReceivedSpan], name: str) -> list[ReceivedSpan]:
    found = [span for span in trace if span.name == name]
    assert found, (name, sorted({span.name for span in trace}))
    return found


def _logged(process: Running, **fields: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in process.output().splitlines() if line.startswith("{")]
    return [line for line in lines if fields.items() <= line.items()]
