"""Faults of the broker, and of who publishes there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.alert import AlertType
from tests.end_to_end.runbooks.situation import Followed, Situation, card, says
from tests.end_to_end.runbooks.stack import FaultedStack


@contextmanager
def broker_is_stopped(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    stack.rabbitmq.stop()
    try:
        conversation = stack.post()
        yield {}
    finally:
        stack.rabbitmq.start()
    stack.wait_for(conversation, "PROCESSED")


@contextmanager
def stranger_publishes(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    stack.publish(b"not JSON")
    yield {}


SITUATIONS = (
    Situation(
        broken=broker_is_stopped,
        pages=(
            Followed(
                name="QUEUE_UNAVAILABLE",
                told=card(AlertType.QUEUE_UNAVAILABLE),
                seen=(says('"status":"degraded"'), says("", code=69), says("", code=69)),
                gone=(says('"status":"ok"'), says("Runtime"), says("conversation_events_processing")),
            ),
        ),
    ),
    Situation(
        broken=stranger_publishes,
        pages=(
            Followed(
                name="POISON_MESSAGE",
                told=card(AlertType.POISON_MESSAGE),
                seen=(says(r"conversation_events_dead\s+1"), says("not JSON")),
                fixed=(says("Purging"),),
                gone=(says(r"conversation_events_dead\s+0"), says("No items")),
            ),
        ),
    ),
)
