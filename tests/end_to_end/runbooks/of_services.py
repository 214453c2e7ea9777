"""Faults of the memory service and of the LLM."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.alert import AlertType
from tests.end_to_end.runbooks.situation import Followed, Situation, card, prometheus_alert, says, says_nothing_of
from tests.end_to_end.runbooks.stack import FaultedStack

_BREAKER_SECONDS = 2.0


@contextmanager
def memory_service_hangs(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    with stack.behaving("MEMORY_API_URL", fault="hang"):
        conversation = stack.post()
        stack.wait_for(conversation, "FAILED")
        stack.wait_until_scraped('event_attempts_total{outcome="failed"} > 0')
        yield {"CONVERSATION_ID": conversation}


@contextmanager
def memory_service_fails(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """Until its breaker opens; when it is well again, the next conversation is the call that decides."""
    settings = {"MEMORY_API_BREAKER_FAILURES": "1", "MEMORY_API_BREAKER_SECONDS": str(_BREAKER_SECONDS)}
    with stack.consumer_with(**settings):
        with stack.behaving("MEMORY_API_URL", fault="status", status=500):
            stack.wait_for(stack.post(), "FAILED")
            yield {}
        time.sleep(_BREAKER_SECONDS)
        stack.wait_for(stack.post(), "PROCESSED")


@contextmanager
def llm_answers_nonsense(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    with stack.behaving("GROQ_BASE_URL", fault="wrong_types"):
        stack.wait_for(stack.post(), "PROCESSED")
        stack.wait_until_scraped('analysis_duration_seconds_count{provider="groq", outcome!="answered"}')
        conversation = stack.post()
        stack.wait_for(conversation, "PROCESSED")
        yield {"CONVERSATION_ID": conversation}


@contextmanager
def llm_limits(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    headers = {"x-ratelimit-remaining-requests": "0"}
    with stack.behaving("GROQ_BASE_URL", fault="status", status=429, headers=headers):
        stack.wait_for(stack.post(), "PROCESSED")
        yield {}


@contextmanager
def llm_hangs(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """Its breaker opens over it: a consumer that knows nothing of that follows."""
    with stack.behaving("GROQ_BASE_URL", fault="hang"):
        stack.wait_for(stack.post(), "PROCESSED")
        yield {}
    stack.restart_consumer()


SITUATIONS = (
    Situation(
        broken=memory_service_hangs,
        pages=(
            Followed(
                name="EXTERNAL_API_TIMEOUT",
                told=card(AlertType.EXTERNAL_API_TIMEOUT),
                seen=(says("404 "), says("CONVERSATION_ID")),
                fixed=(says("Retried 1 events"),),
                gone=(says("404 "), says_nothing_of("CONVERSATION_ID")),
            ),
            Followed(
                name="ATTEMPTS_FAIL",
                told=prometheus_alert("AttemptsFail"),
                seen=(says("CONVERSATION_ID"), says("0 events")),
                fixed=(says("Retried 0 events"),),
                gone=(says_nothing_of("CONVERSATION_ID"), says("0 events")),
            ),
        ),
    ),
    Situation(
        broken=memory_service_fails,
        pages=(
            Followed(
                name="CIRCUIT_OPEN",
                told=card(AlertType.CIRCUIT_OPEN),
                seen=(says('"breakers":'), says(r'dependency="memory_api"} 2')),
                gone=(says('"breakers":'), says(r'dependency="memory_api"} 0')),
            ),
        ),
    ),
    Situation(
        broken=llm_answers_nonsense,
        pages=(
            Followed(
                name="ANALYSIS_DEGRADED",
                told=prometheus_alert("AnalysisFails"),
                seen=(says(r'"degraded": \[\s+"emotion",\s+"questions"'),),
                gone=(says(r'"degraded": \[\]'),),
            ),
        ),
    ),
    Situation(
        broken=llm_limits,
        pages=(
            Followed(
                name="LLM_RATE_LIMIT",
                told=card(AlertType.LLM_RATE_LIMIT),
                seen=(says("(?i)x-ratelimit-remaining-requests: 0"),),
                gone=(says(r"\A\Z", code=1),),
            ),
        ),
    ),
    Situation(
        broken=llm_hangs,
        pages=(
            Followed(
                name="LLM_TIMEOUT",
                told=card(AlertType.LLM_TIMEOUT),
                seen=(says(r"\A000 ", code=28),),
                gone=(says(r"\A200 "),),
            ),
        ),
    ),
)
