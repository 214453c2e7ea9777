from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from domain.event import ConversationEvent, IllegalTransition, Lease
from domain.event_status import EventStatus, FailureCode
from domain.retry_schedule import RetrySchedule
from domain.signals import Signals
from tests.examples import ENDED, P2, a_score, an_event

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
NEVER_DUE = [EventStatus.PROCESSED, EventStatus.SKIPPED, EventStatus.PERMANENTLY_FAILED]


def claimed(event: ConversationEvent, *, now: datetime = ENDED) -> ConversationEvent:
    return event.claimed(worker="worker_1", now=now, lease=LEASE)


def processed(event: ConversationEvent) -> ConversationEvent:
    return event.processed(now=ENDED, signals=Signals(questions=1), score=a_score(), level=P2)


def failed(event: ConversationEvent, *, now: datetime = ENDED, signals: Signals | None = None) -> ConversationEvent:
    return event.failed(
        FailureCode.MEMORY_API_TIMEOUT,
        details="60 s",
        now=now,
        signals=signals or event.signals,
        schedule=RetrySchedule(),
        draw=0.0,
    )


def handed_back(event: ConversationEvent) -> ConversationEvent:
    return event.handed_back(now=ENDED)


def retried(event: ConversationEvent) -> ConversationEvent:
    return event.retried(now=ENDED)


def processing(*, attempt_count: int = 1) -> ConversationEvent:
    return an_event(
        status=EventStatus.PROCESSING,
        attempt_count=attempt_count,
        fence=7,
        lease=Lease(worker="worker_1", expires_at=ENDED + LEASE),
    )


def test_a_claim_takes_a_lease_counts_an_attempt_and_raises_the_fence() -> None:
    event = claimed(an_event(attempt_count=2, fence=5))

    assert event.status is EventStatus.PROCESSING
    assert event.lease == Lease(worker="worker_1", expires_at=ENDED + LEASE)
    assert (event.attempt_count, event.fence) == (3, 6)


@pytest.mark.parametrize("status", [EventStatus.PENDING, EventStatus.FAILED])
def test_a_waiting_event_is_due_from_its_time_on(status: EventStatus) -> None:
    event = an_event(status=status, next_attempt_at=ENDED)

    assert not event.is_due(ENDED - SECOND)
    assert event.is_due(ENDED)
    assert event.is_due(ENDED + SECOND)


def test_an_event_being_processed_is_due_again_when_its_lease_runs_out() -> None:
    event = processing()

    assert not event.is_due(ENDED + LEASE - SECOND)
    assert event.is_due(ENDED + LEASE)


def test_taking_over_from_a_dead_worker_counts_as_another_attempt_under_a_new_fence() -> None:
    taken_over = claimed(processing(), now=ENDED + LEASE)

    assert (taken_over.attempt_count, taken_over.fence) == (2, 8)


@pytest.mark.parametrize("status", NEVER_DUE)
def test_what_is_finished_is_never_due(status: EventStatus) -> None:
    event = an_event(status=status, next_attempt_at=ENDED)

    assert not event.is_due(ENDED + timedelta(days=365))
    with pytest.raises(IllegalTransition, match=f"{status} cannot be claimed"):
        claimed(event)


def test_an_event_without_a_time_is_not_due() -> None:
    assert not an_event(next_attempt_at=None).is_due(ENDED)


def test_an_event_cannot_be_claimed_before_its_time() -> None:
    with pytest.raises(IllegalTransition):
        claimed(an_event(), now=ENDED - SECOND)


@pytest.mark.parametrize("status", [EventStatus.PENDING, EventStatus.FAILED])
def test_an_event_that_waits_can_be_claimed_early_by_who_asks_for_it(status: EventStatus) -> None:
    event = an_event(status=status).claimed(worker="w", now=ENDED - SECOND, lease=LEASE, early=True)

    assert event.status is EventStatus.PROCESSING


@pytest.mark.parametrize("status", NEVER_DUE)
def test_what_is_finished_cannot_be_claimed_early_either(status: EventStatus) -> None:
    with pytest.raises(IllegalTransition):
        an_event(status=status).claimed(worker="w", now=ENDED, lease=LEASE, early=True)


def test_what_is_being_processed_cannot_be_claimed_early() -> None:
    with pytest.raises(IllegalTransition):
        processing().claimed(worker="w", now=ENDED, lease=LEASE, early=True)


def test_a_processed_event_keeps_what_was_found_and_forgets_its_failures() -> None:
    again = claimed(failed(claimed(an_event())), now=ENDED + timedelta(hours=6))

    event = processed(again)

    assert event.status is EventStatus.PROCESSED
    assert (event.signals, event.score, event.new_friendship_level) == (Signals(questions=1), a_score(), P2)
    assert event.processed_at == ENDED
    assert (event.lease, event.next_attempt_at, event.error_code, event.error_details) == (None, None, None, None)


def test_a_failure_is_written_down_and_due_again_later() -> None:
    event = failed(claimed(an_event()), signals=Signals(questions=2))

    assert event.status is EventStatus.FAILED
    assert (event.error_code, event.error_details) == (FailureCode.MEMORY_API_TIMEOUT, "60 s")
    assert event.next_attempt_at == ENDED + timedelta(hours=6)
    assert event.lease is None
    assert event.signals == Signals(questions=2)


def test_the_sixth_failed_attempt_is_the_last() -> None:
    event, now, waits = an_event(), ENDED, []

    while event.next_attempt_at:
        waits.append(event.next_attempt_at - now)
        now = event.next_attempt_at
        event = failed(claimed(event, now=now), now=now)

    assert event.status is EventStatus.PERMANENTLY_FAILED
    assert event.attempt_count == 6
    assert waits == [timedelta(hours=hours) for hours in (0, 6, 12, 24, 48, 48)]
    assert all(shorter <= longer for shorter, longer in pairwise(waits))


@pytest.mark.parametrize(
    ("attempt_count", "status"), [(5, "FAILED"), (6, "PERMANENTLY_FAILED"), (7, "PERMANENTLY_FAILED")]
)
def test_a_failure_is_permanent_from_the_sixth_on(attempt_count: int, status: str) -> None:
    assert failed(processing(attempt_count=attempt_count)).status == status


def test_a_claim_handed_back_costs_no_attempt_but_keeps_its_fence() -> None:
    event = handed_back(claimed(an_event(attempt_count=2, fence=5)))

    assert event.status is EventStatus.PENDING
    assert (event.attempt_count, event.fence) == (2, 6)
    assert event.lease is None
    assert event.is_due(ENDED)


@pytest.mark.parametrize("status", [EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED])
def test_a_person_may_give_a_failed_event_all_its_attempts_again(status: EventStatus) -> None:
    event = retried(an_event(status=status, attempt_count=6, fence=6, next_attempt_at=None))

    assert event.status is EventStatus.PENDING
    assert (event.attempt_count, event.fence) == (0, 6)
    assert event.is_due(ENDED)


@pytest.mark.parametrize("status", sorted(set(EventStatus) - {EventStatus.PROCESSED}))
def test_a_person_may_skip_any_event_that_is_not_processed(status: EventStatus) -> None:
    event = an_event(status=status, fence=3).skipped()

    assert event.status is EventStatus.SKIPPED
    assert event.fence == 4
    assert (event.lease, event.next_attempt_at) == (None, None)
    assert not event.is_due(ENDED + timedelta(days=365))


STEPS: dict[str, tuple[Callable[[ConversationEvent], ConversationEvent], set[EventStatus]]] = {
    "processed": (processed, {EventStatus.PROCESSING}),
    "failed": (failed, {EventStatus.PROCESSING}),
    "handed back": (handed_back, {EventStatus.PROCESSING}),
    "retried": (retried, {EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED}),
    "skipped": (ConversationEvent.skipped, set(EventStatus) - {EventStatus.PROCESSED}),
}


@pytest.mark.parametrize("status", list(EventStatus))
@pytest.mark.parametrize("wish", STEPS)
def test_no_other_step_is_allowed(wish: str, status: EventStatus) -> None:
    step, allowed_from = STEPS[wish]
    event = an_event(status=status, attempt_count=1)

    if status in allowed_from:
        step(event)
    else:
        with pytest.raises(IllegalTransition, match=f"An event that is {status} cannot be {wish}"):
            step(event)
