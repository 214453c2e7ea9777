"""Faults of single events and rows, and of who works on them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

from domain.alert import AlertType
from tests.end_to_end.runbooks.situation import Followed, Situation, card, prometheus_alert, says, says_nothing_of
from tests.end_to_end.runbooks.stack import HEADERS, FaultedStack

_MANY = 20
_TEN_MINUTES_AGO = """
UPDATE conversation_events
SET next_attempt_at = next_attempt_at - interval '10 minutes'
WHERE status = 'PENDING'
"""
_BUG_STATUS = httpx.codes.INTERNAL_SERVER_ERROR


@contextmanager
def unreadable_row(stack: FaultedStack, user: str) -> Iterator[None]:
    """As a bug leaves it: whoever reads this child's friendship stumbles."""
    stack.wait_for(stack.post(user=user), "PROCESSED")
    stack.execute("UPDATE friendships SET last_emotion = 'martian' WHERE user_id = %s", user)
    try:
        yield
    finally:
        stack.execute("UPDATE friendships SET last_emotion = NULL WHERE user_id = %s", user)


@contextmanager
def a_bug_shows(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """To a consumer, and to callers often enough to burn the budget."""
    user = "child_of_a_bug"
    with unreadable_row(stack, user):
        conversation = stack.post(user=user)
        stack.wait_for(conversation, "FAILED")
        url = f"{stack.service.url}/v1/friendship_status/{user}"
        assert httpx.get(url, headers=HEADERS).status_code == _BUG_STATUS
        stack.wait_until_scraped('http_requests_total{status="500"}')
        for _ in range(40):
            assert httpx.get(url, headers=HEADERS).status_code == _BUG_STATUS
        yield {"CONVERSATION_ID": conversation}


@contextmanager
def attempts_are_used_up(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """By one event that the memory service failed, and by one that is never to be counted."""
    user = "child_of_another_bug"
    with unreadable_row(stack, user), stack.consumer_with(MAX_RETRY_ATTEMPTS="0"):
        hopeless = stack.post(user=user)
        stack.wait_for(hopeless, "PERMANENTLY_FAILED")
        with stack.behaving("MEMORY_API_URL", fault="hang"):
            failed = stack.post()
            stack.wait_for(failed, "PERMANENTLY_FAILED")
            yield {"CONVERSATION_ID": hopeless}


@contextmanager
def nobody_consumes(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """For ten minutes, as the database tells it. All else is well."""
    assert stack.consumer.stop() == 0
    try:
        conversations = [stack.post() for _ in range(_MANY)]
        stack.execute(_TEN_MINUTES_AGO)
        yield {}
    finally:
        stack.start_consumer()
    for conversation in conversations:
        stack.wait_for(conversation, "PROCESSED")


SITUATIONS = (
    Situation(
        broken=nobody_consumes,
        pages=(
            Followed(
                name="QUEUE_BACKLOG",
                told=prometheus_alert("EventsOverdue"),
                seen=(says('"due":20,"oldest_due_seconds":6'), says(r"conversation_events_processing\s+20\s+0\s+0")),
                gone=(says('"due":0'), says(r"conversation_events_processing\s+0\s+0\s+1")),
            ),
            Followed(
                name="SLO_FRESHNESS",
                # Its own alert wants half an hour in which all else was well.
                told=prometheus_alert("EventsOverdue"),
                seen=(says('"due":20'), says("0 events")),
                gone=(says('"due":0'), says("0 events")),
            ),
        ),
    ),
    Situation(
        broken=a_bug_shows,
        pages=(
            Followed(
                name="SYSTEM_ERROR",
                told=card(AlertType.SYSTEM_ERROR),
                seen=(says("CONVERSATION_ID"),),
                fixed=(says("Retried 1 events"),),
                gone=(says_nothing_of("CONVERSATION_ID"),),
            ),
            Followed(
                name="SLO_AVAILABILITY",
                told=prometheus_alert("AvailabilityBudgetBurns"),
                seen=(
                    says('route="/v1/friendship_status/{user_id}", status="500"} => 0.[0-9]*[1-9]'),
                    says('"status":"ok"'),
                ),
            ),
            Followed(
                name="SLO_BUDGET_SPENT",
                told=prometheus_alert("ErrorBudgetSpent"),
                seen=(says('slo="availability"} => -'), says('slo="availability"} => 0.[0-9]*[1-9]')),
            ),
        ),
    ),
    Situation(
        broken=attempts_are_used_up,
        pages=(
            Followed(
                name="PERMANENTLY_FAILED",
                told=card(AlertType.PERMANENTLY_FAILED),
                seen=(says("CONVERSATION_ID"), says("UNEXPECTED_ERROR")),
                fixed=(says("Retried 1 events"), says("")),
                gone=(says("0 events"), says("SKIPPED")),
            ),
        ),
    ),
)
