"""Faults on the way of alerts to people."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.alert import AlertType
from tests.end_to_end.runbooks.of_events import unreadable_row
from tests.end_to_end.runbooks.situation import Followed, Situation, card, prometheus_alert, says
from tests.end_to_end.runbooks.stack import FaultedStack


@contextmanager
def webhook_is_deleted(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """While there is news."""
    stack.webhook.is_there = False
    try:
        with unreadable_row(stack, "child_of_news"):
            stack.wait_for(stack.post(user="child_of_news"), "FAILED")
            yield {}
    finally:
        stack.webhook.is_there = True


@contextmanager
def webhook_cannot_be_reached(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    stack.webhook.is_reachable = False
    try:
        yield {}
    finally:
        stack.webhook.is_reachable = True


@contextmanager
def nobody_takes_spans(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """Where they are sent is something else, which refuses them."""
    somebody = stack.webhook.url.partition("/v1")[0]
    with stack.consumer_with(OTEL_EXPORTER_OTLP_ENDPOINT=somebody, OTEL_BSP_SCHEDULE_DELAY="200"):
        stack.wait_until_scraped("spans_dropped_total")
        stack.wait_for(stack.post(), "PROCESSED")
        yield {}


SITUATIONS = (
    Situation(
        broken=nobody_takes_spans,
        pages=(
            Followed(
                name="SPANS_DROPPED",
                told=prometheus_alert("SpansDropped"),
                seen=(says('process="consume", reason="not_taken"} => [0-9.]*[1-9]'),),
            ),
        ),
    ),
    Situation(
        broken=webhook_is_deleted,
        pages=(
            Followed(
                name="ALERTS_UNDELIVERED",
                told=prometheus_alert("AlertsUndelivered"),
                seen=(says(r"3\n(?s:.*)the webhook answered 404"),),
                gone=(says(r"Delivered\.\n0"),),
            ),
        ),
    ),
    Situation(
        broken=webhook_cannot_be_reached,
        pages=(
            Followed(
                name="TEST_ALERT",
                told=card(AlertType.TEST_ALERT),
                seen=(says(r"3\n(?s:.*)the webhook cannot be reached"),),
                gone=(says(r"Delivered\.\n0"),),
            ),
        ),
    ),
)
