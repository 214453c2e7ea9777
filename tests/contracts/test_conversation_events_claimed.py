"""ConversationEvents: claims, leases, outcomes, attempts."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.errors import Conflict, LeaseLost
from domain.emotion import SessionEmotion
from domain.event import Attempt, ConversationEvent, Lease
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.identifiers import EventId
from domain.retry_schedule import RetrySchedule
from domain.signals import Component, Signals
from tests.contracts.storage import LEASE, Storage, a_new_event
from tests.examples import ENDED, P2, a_score, an_event

MOMENT = timedelta(microseconds=1)
LATER = ENDED + timedelta(seconds=10)
HEARD = Signals(
    questions=2,
    emotion=SessionEmotion.HAPPY,
    degraded=frozenset({Component.MEMORIES}),
    providers={Component.QUESTIONS: "rules", Component.EMOTION: "rules"},
)


def _processed(claimed: ConversationEvent) -> ConversationEvent:
    return claimed.processed(now=LATER, signals=HEARD, score=a_score(signals=HEARD), level=P2)


def _failed(claimed: ConversationEvent, *, schedule: RetrySchedule | None = None) -> ConversationEvent:
    return claimed.failed(
        FailureCode.MEMORY_API_TIMEOUT,
        details="no answer within 60 s",
        now=LATER,
        signals=HEARD,
        schedule=schedule or RetrySchedule(),
        draw=0.0,
    )


async def test_a_due_event_is_claimed_with_a_lease_and_an_attempt(storage: Storage) -> None:
    event = await storage.added(a_new_event())

    claimed = await storage.claim(event)

    assert claimed == event.claimed(worker="worker_1", now=ENDED, lease=LEASE)
    assert await storage.event(event.event_id) == claimed
    assert list(await storage.attempts(event)) == [Attempt(number=1, worker="worker_1", started_at=ENDED)]


async def test_what_is_not_there_cannot_be_claimed(storage: Storage) -> None:
    assert await storage.claim(an_event(77)) is None


async def test_a_held_event_cannot_be_claimed(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    claimed = await storage.claimed(event)

    assert await storage.claim(event, worker="worker_2", now=ENDED + LEASE - MOMENT) is None
    assert await storage.event(event.event_id) == claimed


async def test_of_many_concurrent_claims_exactly_one_wins(storage: Storage) -> None:
    event = await storage.added(a_new_event())

    claims = await asyncio.gather(*(storage.claim(event, worker=f"worker_{number}") for number in range(8)))

    assert len([claim for claim in claims if claim]) == 1
    assert len(await storage.attempts(event)) == 1


async def test_of_two_claims_of_an_abandoned_event_exactly_one_wins(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    await storage.claimed(event)

    claims = await asyncio.gather(
        *(storage.claim(event, worker=f"worker_{number}", now=ENDED + LEASE) for number in range(2))
    )

    assert len([claim for claim in claims if claim]) == 1
    assert len(await storage.attempts(event)) == 2


async def test_claiming_an_abandoned_event_closes_the_attempt_of_the_dead_worker(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    first = await storage.claimed(event)

    second = await storage.claimed(event, worker="worker_2", now=ENDED + LEASE)

    assert second == first.claimed(worker="worker_2", now=ENDED + LEASE, lease=LEASE)
    assert list(await storage.attempts(event)) == [
        Attempt(
            number=1,
            worker="worker_1",
            started_at=ENDED,
            ended_at=ENDED + LEASE,
            outcome=AttemptOutcome.LEASE_EXPIRED,
            error_code=FailureCode.LEASE_EXPIRED,
        ),
        Attempt(number=2, worker="worker_2", started_at=ENDED + LEASE),
    ]


async def test_a_claim_tells_how_the_attempt_before_it_failed(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    failed = _failed(await storage.claimed(event))
    await storage.save(failed)
    assert failed.next_attempt_at is not None

    again = await storage.claimed(event, now=failed.next_attempt_at)

    assert again.error_code is FailureCode.MEMORY_API_TIMEOUT


async def test_a_renewed_lease_keeps_others_away(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    claimed = await storage.claimed(event)

    async with storage.unit_of_work() as work:
        held = await work.events.renew(claimed, expires_at=LATER + LEASE)
        await work.commit()

    assert held
    assert (await storage.event(event.event_id)).lease == Lease(worker="worker_1", expires_at=LATER + LEASE)
    assert await storage.claim(event, worker="worker_2", now=ENDED + LEASE) is None
    assert await storage.claim(event, worker="worker_2", now=LATER + LEASE) is not None


async def test_a_lost_claim_cannot_be_renewed(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    lost = await storage.claimed(event)
    latest = await storage.claimed(event, worker="worker_2", now=ENDED + LEASE)

    async with storage.unit_of_work() as work:
        held = await work.events.renew(lost, expires_at=LATER + 2 * LEASE)
        await work.commit()

    assert not held
    assert await storage.event(event.event_id) == latest


async def test_a_finished_claim_cannot_be_renewed(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    await storage.save(_processed(claimed))

    async with storage.unit_of_work() as work:
        assert not await work.events.renew(claimed, expires_at=LATER)
        assert not await work.events.renew(an_event(77, fence=1), expires_at=LATER)


async def test_a_processed_event_reads_back_with_everything_that_was_learnt(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    processed = _processed(claimed)

    await storage.save(processed, ended_at=LATER)

    assert await storage.event(claimed.event_id) == processed
    (attempt,) = await storage.attempts(claimed)
    assert (attempt.ended_at, attempt.outcome, attempt.error_code) == (LATER, AttemptOutcome.PROCESSED, None)


async def test_a_processed_event_can_never_be_claimed_again(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    await storage.save(_processed(claimed))

    assert await storage.claim(claimed, now=ENDED + timedelta(days=365)) is None


async def test_a_failed_event_reads_back_with_its_error_and_what_was_learnt(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    failed = _failed(claimed)

    await storage.save(failed, ended_at=LATER)

    assert await storage.event(claimed.event_id) == failed
    (attempt,) = await storage.attempts(claimed)
    assert (attempt.ended_at, attempt.outcome) == (LATER, AttemptOutcome.FAILED)
    assert attempt.error_code is FailureCode.MEMORY_API_TIMEOUT


async def test_a_failed_event_is_claimable_when_it_is_due_again_and_not_before(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    failed = _failed(claimed)
    await storage.save(failed)
    assert failed.next_attempt_at

    too_early = await storage.claim(failed, now=failed.next_attempt_at - MOMENT)
    in_time = await storage.claim(failed, now=failed.next_attempt_at)

    assert too_early is None
    assert in_time == failed.claimed(worker="worker_1", now=failed.next_attempt_at, lease=LEASE)


async def test_an_event_that_failed_for_good_is_not_claimable(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    given_up = _failed(claimed, schedule=RetrySchedule(max_retries=0))

    await storage.save(given_up)

    assert await storage.event(claimed.event_id) == given_up
    assert given_up.status is EventStatus.PERMANENTLY_FAILED
    assert await storage.claim(given_up, now=ENDED + timedelta(days=365)) is None


async def test_a_claim_handed_back_is_due_at_once_and_cost_no_attempt(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))

    await storage.save(claimed.handed_back(now=LATER), ended_at=LATER)
    again = await storage.claimed(claimed, now=LATER, worker="worker_2")

    assert (again.attempt_count, again.fence) == (1, 2)
    first, second = await storage.attempts(claimed)
    assert (first.outcome, first.ended_at, first.error_code) == (AttemptOutcome.HANDED_BACK, LATER, None)
    assert (second.number, second.worker, second.ended_at) == (2, "worker_2", None)


async def test_a_lost_claim_writes_nothing(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    lost = await storage.claimed(event)
    latest = await storage.claimed(event, worker="worker_2", now=ENDED + LEASE)
    attempts = await storage.attempts(event)

    with pytest.raises(LeaseLost):
        await storage.save(_processed(lost))

    assert await storage.event(event.event_id) == latest
    assert await storage.attempts(event) == attempts


async def test_an_outcome_is_written_once(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    processed = _processed(claimed)
    await storage.save(processed)

    with pytest.raises(LeaseLost):
        await storage.save(_failed(claimed))

    assert await storage.event(claimed.event_id) == processed


async def test_an_outcome_of_an_event_that_is_gone_is_refused(storage: Storage) -> None:
    gone = an_event(77).claimed(worker="worker_1", now=ENDED, lease=LEASE)

    with pytest.raises(LeaseLost):
        await storage.save(_processed(gone))


async def test_a_worker_that_is_late_but_still_the_latest_may_write(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))

    await storage.save(_processed(claimed), ended_at=ENDED + 2 * LEASE)

    assert (await storage.event(claimed.event_id)).status is EventStatus.PROCESSED


async def test_a_persons_decision_is_written(storage: Storage) -> None:
    event = await storage.added(a_new_event())

    await storage.replace(event.skipped(), was=event)

    assert await storage.event(event.event_id) == event.skipped()
    assert await storage.claim(event) is None


async def test_an_event_retried_by_a_person_is_claimable_again(storage: Storage) -> None:
    given_up = _failed(await storage.claimed(await storage.added(a_new_event())), schedule=RetrySchedule(max_retries=0))
    await storage.save(given_up)

    await storage.replace(given_up.retried(now=LATER), was=given_up)
    claimed = await storage.claimed(given_up, now=LATER)

    assert (claimed.attempt_count, claimed.fence, claimed.signals) == (1, 2, HEARD)


async def test_skipping_an_event_shuts_out_the_worker_that_holds_it(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))

    await storage.replace(claimed.skipped(), was=claimed, at=LATER)

    with pytest.raises(LeaseLost):
        await storage.save(_processed(claimed))
    assert await storage.event(claimed.event_id) == claimed.skipped()
    (attempt,) = await storage.attempts(claimed)
    assert (attempt.outcome, attempt.ended_at) == (AttemptOutcome.SKIPPED, LATER)


async def test_retrying_leaves_the_attempts_of_the_past_alone(storage: Storage) -> None:
    failed = _failed(await storage.claimed(await storage.added(a_new_event())))
    await storage.save(failed, ended_at=LATER)
    attempts = await storage.attempts(failed)

    await storage.replace(failed.retried(now=LATER), was=failed, at=LATER + LEASE)

    assert await storage.attempts(failed) == attempts


async def test_an_event_that_waits_for_a_later_time_can_be_claimed_early(storage: Storage) -> None:
    failed = _failed(await storage.claimed(await storage.added(a_new_event())))
    await storage.save(failed)

    assert await storage.claim(failed, now=LATER) is None
    claimed = await storage.claim(failed, now=LATER, early=True)

    assert claimed == failed.claimed(worker="worker_1", now=LATER, lease=LEASE, early=True)


async def test_nothing_but_waiting_can_be_cut_short(storage: Storage) -> None:
    held = await storage.claimed(await storage.added(a_new_event("held")))
    processed = _processed(await storage.claimed(await storage.added(a_new_event("processed"))))
    await storage.save(processed)
    skipped = await storage.added(a_new_event("skipped"))
    await storage.replace(skipped.skipped(), was=skipped)

    claims = [await storage.claim(event, now=LATER, early=True) for event in (held, processed, skipped)]

    assert claims == [None, None, None]


async def test_a_decision_about_an_event_that_has_changed_since_is_a_conflict(storage: Storage) -> None:
    seen = await storage.added(a_new_event())
    claimed = await storage.claimed(seen)

    with pytest.raises(Conflict):
        await storage.replace(seen.skipped(), was=seen)
    with pytest.raises(Conflict):
        await storage.replace(seen.skipped(), was=replace(seen, event_id=EventId(77)))

    assert await storage.event(seen.event_id) == claimed


async def test_attempts_are_told_in_the_order_in_which_they_began(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    for number in range(4):
        await storage.claimed(event, worker=f"worker_{number}", now=ENDED + number * LEASE)

    attempts = await storage.attempts(event)

    assert [attempt.number for attempt in attempts] == [1, 2, 3, 4]
    assert [attempt.worker for attempt in attempts] == ["worker_0", "worker_1", "worker_2", "worker_3"]
