"""ConversationEvents: selecting, claiming before the time, and what a person's decision ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.ports.conversation_events import EventFilter
from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.identifiers import EventId, UserId
from domain.retry_schedule import RetrySchedule
from tests.contracts.storage import LEASE, Storage, a_new_event
from tests.examples import ENDED, a_reported_conversation

HOUR = timedelta(hours=1)


async def _failed(
    storage: Storage, name: str, *, code: FailureCode = FailureCode.MEMORY_API_TIMEOUT, tries: int = 5, hours: int = 0
) -> ConversationEvent:
    """Of a user of the same name, accepted so many hours later."""
    reported = a_reported_conversation(name, user_id=f"user_{name}")
    event = await storage.added(a_new_event(name, reported=reported, created_at=ENDED + hours * HOUR))
    claimed = await storage.claimed(event, now=ENDED + 24 * HOUR)
    failed = claimed.failed(
        code,
        details="",
        now=ENDED + 24 * HOUR,
        signals=claimed.signals,
        schedule=RetrySchedule(max_retries=tries),
        draw=0,
    )
    await storage.save(failed)
    return failed


async def _matching(
    storage: Storage, wanted: EventFilter, *, after: EventId | None = None, limit: int = 10
) -> list[ConversationEvent]:
    async with storage.unit_of_work() as work:
        return list(await work.events.next_matching(wanted, after=after, limit=limit))


async def _names(storage: Storage, wanted: EventFilter) -> list[str]:
    """By both ways to ask."""
    in_order = [event.conversation_id for event in await _matching(storage, wanted)]
    async with storage.unit_of_work() as work:
        page, total = await work.events.page(wanted, limit=10, offset=0)
    assert {event.conversation_id for event in page} == set(in_order)
    assert total == len(in_order)
    return list(in_order)


FAILED, GIVEN_UP = EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED
SELECTIONS = {
    "everything": (EventFilter(), ["a", "b", "c", "d"]),
    "a status": (EventFilter(statuses=frozenset({GIVEN_UP})), ["b"]),
    "several": (EventFilter(statuses=frozenset({FAILED, GIVEN_UP})), ["a", "b", "c"]),
    "an error": (EventFilter(error_code=FailureCode.UNEXPECTED_ERROR), ["c"]),
    "a user": (EventFilter(user_id=UserId("user_c")), ["c"]),
    "since": (EventFilter(since=ENDED + HOUR), ["b", "c", "d"]),
    "until": (EventFilter(until=ENDED + 2 * HOUR), ["a", "b"]),
    "a time": (EventFilter(since=ENDED + HOUR, until=ENDED + 2 * HOUR), ["b"]),
    "all at once": (
        EventFilter(
            user_id=UserId("user_c"),
            statuses=frozenset({FAILED}),
            error_code=FailureCode.UNEXPECTED_ERROR,
            since=ENDED,
            until=ENDED + 9 * HOUR,
        ),
        ["c"],
    ),
    "nothing": (EventFilter(user_id=UserId("user_c"), statuses=frozenset({GIVEN_UP})), []),
}


@pytest.mark.parametrize(("wanted", "expected"), SELECTIONS.values(), ids=SELECTIONS.keys())
async def test_events_are_selected_by_everything_that_is_said(
    storage: Storage, wanted: EventFilter, expected: list[str]
) -> None:
    await _failed(storage, "a")
    await _failed(storage, "b", tries=0, hours=1)
    await _failed(storage, "c", code=FailureCode.UNEXPECTED_ERROR, hours=2)
    await storage.added(a_new_event("d", created_at=ENDED + 3 * HOUR))

    assert await _names(storage, wanted) == expected


async def test_matching_events_come_in_the_order_of_their_ids_and_in_parts(storage: Storage) -> None:
    events = [await storage.added(a_new_event(name)) for name in ("c", "a", "b")]

    first = await _matching(storage, EventFilter(), limit=2)
    rest = await _matching(storage, EventFilter(), after=first[-1].event_id)

    assert [*first, *rest] == events


async def test_an_event_that_waits_can_be_claimed_early(storage: Storage) -> None:
    failed = await _failed(storage, "a")

    claimed = await storage.claim(failed, now=ENDED + 24 * HOUR, early=True)

    assert claimed == failed.claimed(worker="worker_1", now=ENDED + 24 * HOUR, lease=LEASE, early=True)


async def test_neither_a_held_nor_a_finished_event_can_be_claimed_early(storage: Storage) -> None:
    held = await storage.claimed(await storage.added(a_new_event("held")))
    given_up = await _failed(storage, "given_up", tries=0)
    skipped = await storage.added(a_new_event("skipped"))
    await storage.replace(skipped.skipped(), was=skipped)

    for event in (held, given_up, skipped):
        assert await storage.claim(event, now=ENDED, early=True) is None


async def test_a_decision_ends_the_attempt_of_the_worker_that_holds_the_event(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))

    await storage.replace(claimed.skipped(), was=claimed, at=ENDED + HOUR)

    (attempt,) = await storage.attempts(claimed)
    assert (attempt.outcome, attempt.ended_at, attempt.error_code) == (AttemptOutcome.SKIPPED, ENDED + HOUR, None)


async def test_a_decision_leaves_attempts_that_ended_as_they_are(storage: Storage) -> None:
    failed = await _failed(storage, "a")
    attempts = await storage.attempts(failed)

    retried = failed.retried(now=ENDED + 30 * HOUR)
    await storage.replace(retried, was=failed, at=ENDED + 30 * HOUR)
    await storage.replace(replace(retried, error_code=None).skipped(), was=retried, at=ENDED + 31 * HOUR)

    assert await storage.attempts(failed) == attempts
