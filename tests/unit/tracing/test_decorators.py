"""What stands around the ports tells of them, and lets answers and errors through as they are."""

from dataclasses import replace

import pytest

from application.errors import AnalystUnavailable, DependencyUnavailable, MemoriesTimedOut
from domain.conversation import Conversation
from domain.identifiers import ConversationId, EventId, UserId
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.in_memory.announcer import RememberingPublisher
from infrastructure.tracing.analyst import TracedAnalyst
from infrastructure.tracing.chat import ChatSpans
from infrastructure.tracing.deliveries import Deliveries
from infrastructure.tracing.intake import TracedIntake
from infrastructure.tracing.logs import TracedLogs
from infrastructure.tracing.memories import TracedMemories
from infrastructure.tracing.publisher import TracedPublisher
from infrastructure.tracing.requests import RequestSpans
from infrastructure.tracing.statements import summary
from infrastructure.tracing.tracer import Kind
from tests.contracts.queues import an_announcement
from tests.contracts.storage import a_new_event, in_memory_storage
from tests.examples import TRACEPARENT
from tests.told_spans import ToldSpans, a_tracer

NOTHING_SAID = Conversation(utterances=())
SOMEBODY = UserId("user_42"), ConversationId("conv_0001")


async def test_an_event_keeps_the_trace_of_the_request_that_reported_it() -> None:
    tracer, storage = a_tracer(), in_memory_storage()
    told = ToldSpans(tracer)

    with tracer.span("request", kind=Kind.SERVER) as request:
        stored = await TracedIntake(intake=storage.intake, tracer=tracer).accept(a_new_event(), b"a log")

    assert stored is not None
    assert stored.traceparent == request.traceparent
    assert told.names() == ["accept event", "request"]


async def test_an_event_that_comes_without_a_request_is_kept_as_it_is() -> None:
    tracer, storage = a_tracer(), in_memory_storage()

    stored = await TracedIntake(intake=storage.intake, tracer=tracer).accept(a_new_event(), b"a log")

    assert stored is not None
    assert stored.traceparent is None


async def test_an_announcement_is_told_in_the_trace_of_its_event_and_leads_the_consumer_there() -> None:
    tracer, inner = a_tracer(), RememberingPublisher()
    told = ToldSpans(tracer)

    await _publisher(tracer, inner).publish(an_announcement(traceparent=TRACEPARENT))
    with Deliveries(tracer=tracer, system="rabbitmq", destination="queue")(inner.published[0].traceparent):
        pass

    sent, processed = told.named("publish exchange"), told.named("process queue")
    assert sent.parent is not None
    assert processed.parent is not None
    assert sent.context is not None
    assert f"{sent.parent.trace_id:032x}-{sent.parent.span_id:016x}" == TRACEPARENT[3:-3]
    assert processed.parent.span_id == sent.context.span_id
    assert [replace(told, traceparent=TRACEPARENT) for told in inner.published] == [
        an_announcement(traceparent=TRACEPARENT)
    ]


async def test_an_event_that_nobody_traced_is_announced_untold() -> None:
    tracer, inner = a_tracer(), RememberingPublisher()
    told = ToldSpans(tracer)

    await _publisher(tracer, inner).publish(an_announcement())

    assert (told.names(), inner.published) == ([], [an_announcement()])


async def test_a_queue_that_is_away_is_told_and_raised() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with pytest.raises(DependencyUnavailable):
        await _publisher(tracer, RememberingPublisher(reachable=False)).publish(
            an_announcement(traceparent=TRACEPARENT)
        )

    assert not told.only().status.is_ok


async def test_logs_are_told_by_their_size_and_place() -> None:
    tracer, storage = a_tracer(), in_memory_storage()
    told = ToldSpans(tracer)
    logs = TracedLogs(logs=storage.logs, store="memory", tracer=tracer)
    event = await storage.added(a_new_event(), b"a log")

    with tracer.span("attempt"):
        kept = await logs.keep(b"a log")
        fetched = await logs.fetch(EventId(event.event_id), kept.location)

    assert fetched == b"a log"
    assert told.named("log store put").attributes == {"log_store.kind": "memory", "log_store.bytes": 5}
    assert told.named("log store get").attributes == {"log_store.kind": "memory", "log_store.bytes": 5}


async def test_an_analyst_is_told_by_who_answers() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)
    analyst = TracedAnalyst(analyst=ScriptedAnalyst(questions=(AnalystUnavailable("away"),)), tracer=tracer)

    with pytest.raises(AnalystUnavailable):
        await analyst.count_questions(NOTHING_SAID)
    await analyst.hear_emotion(NOTHING_SAID)

    assert told.names() == ["analyse questions", "analyse emotion"]
    assert [span.status.is_ok for span in told] == [False, True]


async def test_memories_are_told_by_their_number() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)

    memories = TracedMemories(memories=ScriptedMemories(counts=(3, MemoriesTimedOut("late"))), tracer=tracer)

    assert await memories.extract(*SOMEBODY, NOTHING_SAID) == 3
    with pytest.raises(MemoriesTimedOut):
        await memories.extract(*SOMEBODY, NOTHING_SAID)

    counted, late = told
    assert (counted.attributes or {})["memories.count"] == 3
    assert (late.attributes or {})["error.type"] == "MemoriesTimedOut"


def test_a_call_of_a_model_is_told_with_its_tokens() -> None:
    tracer = a_tracer()
    told = ToldSpans(tracer)
    chats = ChatSpans(tracer=tracer, provider="groq")

    with chats.chat(model="a-model", task="emotion", max_tokens=1000) as chat:
        with chats.once() as attempt:
            attempt.answered(429)
        chat.used(prompt=30, cached=20, completion=10)

    assert told.named("chat a-model").attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "groq",
        "gen_ai.request.model": "a-model",
        "gen_ai.request.max_tokens": 1000,
        "gen_ai.output.type": "json",
        "analysis.task": "emotion",
        "gen_ai.usage.input_tokens": 30,
        "gen_ai.usage.cache_read.input_tokens": 20,
        "gen_ai.usage.output_tokens": 10,
    }
    assert not told.named("POST").status.is_ok


@pytest.mark.parametrize(("status", "ok"), [(202, True), (404, True), (503, False)])
def test_a_request_is_told_by_its_route_and_failed_if_we_did(status: int, ok: bool) -> None:  # noqa: FBT001 - a case
    tracer = a_tracer()
    told = ToldSpans(tracer)

    with RequestSpans(tracer=tracer)(method="GET", request_id="r1", traceparent=TRACEPARENT) as request:
        request.answered("/v1/things/{thing_id}", status)

    span = told.named("GET /v1/things/{thing_id}")
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == status
    assert ("error.type" not in span.attributes) is ok


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT a FROM friendships WHERE user_id = %(u)s FOR NO KEY UPDATE", "SELECT friendships"),
        ("WITH x AS (UPDATE attempts SET a = 1) SELECT * FROM x", "UPDATE attempts"),
        ("UPDATE e SET a = 1 FROM (SELECT 1 FROM b FOR UPDATE SKIP LOCKED) AS due", "UPDATE e"),
        ("INSERT INTO things (a) VALUES (%(a)s) ON CONFLICT DO UPDATE SET a = 1", "INSERT things"),
        ("SELECT a FROM b FOR UPDATE SKIP LOCKED", "SELECT b"),
        ("delete from log_deletions", "DELETE log_deletions"),
        ("LOCK TABLE erased_users", "LOCK"),
        ("", "?"),
    ],
)
def test_a_statement_is_named_for_what_it_does_to_which_table(text: str, told: str) -> None:
    assert summary(text) == told


def _publisher(tracer: object, inner: RememberingPublisher) -> TracedPublisher:
    return TracedPublisher(publisher=inner, tracer=tracer, system="rabbitmq", destination="exchange")  # type: ignore[arg-type]
