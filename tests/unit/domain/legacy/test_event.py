from datetime import UTC
from typing import Any

import pytest

from domain.event_status import EventStatus
from domain.legacy.event import LegacyEvent, read_event
from domain.legacy.findings import Repair, Unusable
from tests.examples import ENDED
from tests.legacy_rows import a_waiting_event, an_event


def _read(cells: object) -> tuple[LegacyEvent, frozenset[Repair]]:
    assert isinstance(cells, dict)
    read = read_event(cells, UTC)
    return read.value, read.repairs


def test_what_was_processed_is_history_with_its_score() -> None:
    event, repairs = _read(an_event())

    assert repairs == frozenset()
    assert (event.status, event.attempt_count, event.new_friendship_level) == ("PROCESSED", 1, "PHASE2_ACQUAINTANCE")
    assert event.score
    assert (event.score.final_score_change, event.score.memory_bonus, event.score.session_emotion) == (
        29,
        5,
        "interesting",
    )
    assert (event.signals.questions, event.signals.memories, event.signals.emotion) == (2, 1, "interesting")


def test_a_score_without_details_keeps_its_change() -> None:
    event, _ = _read(an_event(score_calculation_details=None))

    assert event.score
    assert (event.score.final_score_change, event.score.total_score_before_clamp) == (29.0, 29.0)
    assert event.signals.questions is None


@pytest.mark.parametrize("status", ["PENDING", "FAILED", "PROCESSING", " failed "])
def test_what_waits_and_was_never_scored_waits_here_with_all_its_attempts(status: str) -> None:
    event, repairs = _read(a_waiting_event(status=status, attempt_count=4))

    assert (event.status, event.attempt_count, event.score) == (EventStatus.PENDING, 0, None)
    assert Repair.AGAIN_PENDING in repairs


@pytest.mark.parametrize("status", ["PENDING", "FAILED", "PROCESSING"])
def test_what_waits_but_was_scored_may_be_counted_and_is_left_to_a_person(status: str) -> None:
    event, repairs = _read(an_event(status=status))

    assert event.status is EventStatus.PERMANENTLY_FAILED
    assert event.score is None
    assert event.error_details
    assert Repair.MAYBE_COUNTED in repairs


@pytest.mark.parametrize("status", ["SKIPPED", "PERMANENTLY_FAILED"])
def test_what_a_person_decided_stays(status: str) -> None:
    event, _ = _read(a_waiting_event(status=status))

    assert event.status == status


def test_a_missing_arrival_is_the_end_of_the_conversation() -> None:
    event, _ = _read(an_event(created_at=None, processed_at=None))

    assert event.created_at == event.processed_at == ENDED


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "LOST"},
        {"status": None},
        {"conversation_id": "  a "},
        {"user_id": None},
        {"end_time": None},
        {"end_time": "2025-11-26T10:00:00+00:00"},
        {"start_time": "-infinity"},
    ],
)
def test_what_cannot_be_valid_is_left_out(changes: dict[str, Any]) -> None:
    with pytest.raises(Unusable):
        _read(an_event(**changes))
