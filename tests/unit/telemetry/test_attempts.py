"""What the log and the meter are told of an attempt."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from infrastructure.telemetry.attempts import OUTCOMES, AttemptMeter, ToldAttempts
from infrastructure.telemetry.stages import stage
from tests.examples import ENDED, an_event

BEGUN = an_event(7, status=EventStatus.PROCESSING, fence=2)
PROCESSED = replace(BEGUN, status=EventStatus.PROCESSED, processed_at=ENDED + timedelta(seconds=3))
FAILED = replace(BEGUN, status=EventStatus.FAILED, error_code=FailureCode.ANALYSIS_TIMEOUT)


@dataclass(slots=True, kw_only=True)
class RememberingMeter(AttemptMeter):
    outcomes: list[str] = field(default_factory=list)
    end_to_end: list[float] = field(default_factory=list)
    earlier_failures: list[str] = field(default_factory=list)

    def attempted(self, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.outcomes.append(outcome)

    def processed(self, seconds: float, earlier_failure: str) -> None:
        self.end_to_end.append(seconds)
        self.earlier_failures.append(earlier_failure)


async def test_an_attempt_is_one_line_with_its_parts() -> None:
    told = ToldAttempts(meter=RememberingMeter())

    async def part(name: str) -> None:
        with stage(name):
            await asyncio.sleep(0)

    told.began(BEGUN)
    await asyncio.gather(part("questions"), part("emotion"))
    with capture_logs() as lines:
        told.ended(PROCESSED, AttemptOutcome.PROCESSED)

    [line] = lines
    assert (line["event"], line["event_id"], line["conversation_id"]) == ("attempt ended", 7, PROCESSED.conversation_id)
    assert (line["attempt"], line["outcome"], line["error_code"]) == (2, "processed", None)
    assert line["stages"].keys() == {"questions", "emotion", "commit"}
    assert line["seconds"] >= 0


async def test_each_line_of_an_attempt_bears_its_ids_and_other_tasks_do_not() -> None:
    told = ToldAttempts(meter=RememberingMeter())

    async def attempt() -> dict[str, object]:
        told.began(BEGUN)
        return dict(get_contextvars())

    inside = await asyncio.create_task(attempt())

    assert inside == {**get_contextvars(), "event_id": 7, "conversation_id": BEGUN.conversation_id}
    assert "event_id" not in get_contextvars()


async def test_attempts_at_once_note_their_parts_apart() -> None:
    told = ToldAttempts(meter=RememberingMeter())

    async def attempt(part: str) -> None:
        told.began(BEGUN)
        with stage(part):
            await asyncio.sleep(0)
        told.ended(PROCESSED, AttemptOutcome.PROCESSED)

    with capture_logs() as lines:
        await asyncio.gather(attempt("load"), attempt("memories"))

    assert [set(line["stages"]) for line in lines] == [{"load", "commit"}, {"memories", "commit"}]


@pytest.mark.parametrize(
    ("event", "outcome", "kind", "end_to_end"),
    [
        (PROCESSED, AttemptOutcome.PROCESSED, "processed", [3.0]),
        (FAILED, AttemptOutcome.FAILED, "failed", []),
        (replace(FAILED, status=EventStatus.PERMANENTLY_FAILED), AttemptOutcome.FAILED, "permanently_failed", []),
        (replace(BEGUN, status=EventStatus.PENDING), AttemptOutcome.HANDED_BACK, "handed_back", []),
        (BEGUN, AttemptOutcome.LEASE_EXPIRED, "lease_expired", []),
    ],
)
def test_outcomes_are_few(
    event: ConversationEvent, outcome: AttemptOutcome, kind: str, end_to_end: list[float]
) -> None:
    meter = RememberingMeter()

    ToldAttempts(meter=meter).ended(event, outcome)

    assert (meter.outcomes, meter.end_to_end) == ([kind], end_to_end)
    assert kind in OUTCOMES


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (None, "none"),
        (FailureCode.MEMORY_API_TIMEOUT, "dependency"),
        (FailureCode.MEMORY_API_UNAVAILABLE, "dependency"),
        (FailureCode.CONVERSATION_LOG_UNAVAILABLE, "dependency"),
        (FailureCode.ANALYSIS_TIMEOUT, "other"),
        (FailureCode.LEASE_EXPIRED, "other"),
        (FailureCode.UNEXPECTED_ERROR, "other"),
    ],
)
async def test_a_score_tells_why_it_had_to_be_tried_again(code: FailureCode | None, told: str) -> None:
    meter = RememberingMeter()
    attempts = ToldAttempts(meter=meter)

    attempts.began(replace(BEGUN, error_code=code))
    attempts.ended(PROCESSED, AttemptOutcome.PROCESSED)

    assert meter.earlier_failures == [told]
