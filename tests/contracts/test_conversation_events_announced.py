"""ConversationEvents: what the relay takes, and how much is waiting."""

import asyncio
from datetime import timedelta
from itertools import chain

from application.ports.conversation_events import Announcement, Backlog
from domain.event_status import FailureCode
from domain.retry_schedule import RetrySchedule
from domain.signals import Signals
from tests.contracts.storage import LEASE, Storage, a_new_event
from tests.examples import BOT, ENDED, P1, TRACEPARENT, USER, a_score

MOMENT = timedelta(microseconds=1)
GRACE = timedelta(milliseconds=2500)
MINUTE = timedelta(minutes=1)
EVER_AFTER = ENDED + timedelta(days=3650)
FAILURE = FailureCode.UNEXPECTED_ERROR


def _ids(announcements: list[Announcement]) -> list[str]:
    return [announcement.conversation_id for announcement in announcements]


async def test_a_new_event_is_left_for_a_moment_to_whoever_accepted_it(storage: Storage) -> None:
    event = await storage.added(a_new_event())

    early = await storage.take(now=ENDED + GRACE - MOMENT)
    late = await storage.take(now=ENDED + GRACE)

    assert early == []
    assert late == [
        Announcement(event_id=event.event_id, conversation_id=event.conversation_id, user_id=USER, bot_id=BOT)
    ]


async def test_the_trace_of_a_report_is_kept_and_told_with_each_announcement(storage: Storage) -> None:
    event = await storage.added(a_new_event(traceparent=TRACEPARENT))

    [taken] = await storage.take(now=ENDED + GRACE, again_at=ENDED + MINUTE)
    [again] = await storage.take(now=ENDED + MINUTE)

    assert event.traceparent == (await storage.event(event.event_id)).traceparent == TRACEPARENT
    assert (taken.traceparent, again.traceparent) == (TRACEPARENT, TRACEPARENT)


async def test_what_was_taken_is_taken_again_when_it_is_due_again_and_not_before(storage: Storage) -> None:
    await storage.added(a_new_event())
    again_at = ENDED + GRACE + MINUTE

    taken = await storage.take(now=ENDED + GRACE, again_at=again_at)
    early = await storage.take(now=again_at - MOMENT)
    again = await storage.take(now=again_at)

    assert (_ids(taken), _ids(early), _ids(again)) == (["conv_0001"], [], ["conv_0001"])


async def test_what_was_taken_but_not_committed_is_taken_by_the_next(storage: Storage) -> None:
    await storage.added(a_new_event())

    async with storage.unit_of_work() as work:
        await work.events.take_unannounced(now=ENDED + GRACE, again_at=ENDED + MINUTE, limit=10)

    assert _ids(await storage.take(now=ENDED + GRACE)) == ["conv_0001"]


async def test_the_oldest_are_taken_first_and_no_more_than_asked_for(storage: Storage) -> None:
    for number in range(5):
        await storage.added(a_new_event(f"conv_{number}", created_at=ENDED + number * MOMENT))

    now = ENDED + MINUTE
    batches = [_ids(await storage.take(now=now, limit=2)) for _ in range(4)]

    assert batches == [["conv_0", "conv_1"], ["conv_2", "conv_3"], ["conv_4"], []]


async def test_concurrent_takers_share_the_events_out(storage: Storage) -> None:
    for number in range(20):
        await storage.added(a_new_event(f"conv_{number:02}"))

    async def take() -> list[str]:
        async with storage.unit_of_work() as work:
            taken = await work.events.take_unannounced(now=ENDED + MINUTE, again_at=ENDED + 2 * MINUTE, limit=5)
            await asyncio.sleep(0.02)
            await work.commit()
        return _ids(list(taken))

    shares = await asyncio.gather(*(take() for _ in range(4)))

    assert [len(share) for share in shares] == [5, 5, 5, 5]
    assert sorted(chain.from_iterable(shares)) == [f"conv_{number:02}" for number in range(20)]


async def test_an_announcement_can_be_moved_by_whoever_took_it(storage: Storage) -> None:
    taken, kept = await storage.added(a_new_event("taken")), await storage.added(a_new_event("kept"))
    again_at, sooner = ENDED + MINUTE, ENDED + timedelta(seconds=5)
    await storage.take(now=ENDED + GRACE, again_at=again_at)

    async with storage.unit_of_work() as work:
        await work.events.reschedule_announcements([taken.event_id], was=again_at, until=sooner)
        await work.events.reschedule_announcements([], was=again_at, until=sooner)
        await work.commit()

    assert _ids(await storage.take(now=sooner)) == ["taken"]
    assert _ids(await storage.take(now=again_at)) == [kept.conversation_id]


async def test_an_announcement_that_somebody_moved_since_stays_where_it_is(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    again_at = ENDED + 10 * MINUTE
    await storage.take(now=ENDED + GRACE, again_at=again_at)
    await storage.claimed(event, now=ENDED + GRACE)

    async with storage.unit_of_work() as work:
        await work.events.reschedule_announcements([event.event_id], was=again_at, until=ENDED)
        await work.commit()

    assert await storage.take(now=ENDED + GRACE + LEASE - MOMENT) == []
    assert _ids(await storage.take(now=ENDED + GRACE + LEASE)) == ["conv_0001"]


async def test_a_held_event_is_announced_when_its_lease_runs_out(storage: Storage) -> None:
    await storage.claimed(await storage.added(a_new_event()))

    assert await storage.take(now=ENDED + LEASE - MOMENT) == []
    assert _ids(await storage.take(now=ENDED + LEASE)) == ["conv_0001"]


async def test_a_renewed_lease_puts_the_announcement_off(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    async with storage.unit_of_work() as work:
        await work.events.renew(claimed, expires_at=ENDED + 2 * LEASE)
        await work.commit()

    assert await storage.take(now=ENDED + 2 * LEASE - MOMENT) == []
    assert _ids(await storage.take(now=ENDED + 2 * LEASE)) == ["conv_0001"]


async def test_a_processed_event_is_never_announced_again(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    await storage.save(claimed.processed(now=ENDED, signals=Signals(), score=a_score(), level=P1))

    assert await storage.take(now=EVER_AFTER) == []


async def test_a_skipped_event_is_never_announced_again(storage: Storage) -> None:
    event = await storage.added(a_new_event())
    await storage.replace(event.skipped(), was=event)

    assert await storage.take(now=EVER_AFTER) == []


async def test_a_failed_event_is_announced_when_its_next_attempt_is_due(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    failed = claimed.failed(FAILURE, details="", now=ENDED, signals=Signals(), schedule=RetrySchedule(), draw=0.0)
    await storage.save(failed)
    due = ENDED + timedelta(hours=6)

    assert await storage.take(now=due - MOMENT) == []
    assert _ids(await storage.take(now=due)) == ["conv_0001"]


async def test_a_claim_handed_back_is_announced_at_once(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    await storage.save(claimed.handed_back(now=ENDED))

    assert _ids(await storage.take(now=ENDED)) == ["conv_0001"]


async def test_an_event_that_failed_for_good_waits_for_a_person(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    schedule = RetrySchedule(max_retries=0)
    given_up = claimed.failed(FAILURE, details="", now=ENDED, signals=Signals(), schedule=schedule, draw=0.0)
    await storage.save(given_up)

    assert await storage.take(now=EVER_AFTER) == []
    await storage.replace(given_up.retried(now=ENDED), was=given_up)
    assert _ids(await storage.take(now=ENDED)) == ["conv_0001"]


async def test_nothing_waits_in_an_empty_store(storage: Storage) -> None:
    assert await storage.backlog(ENDED) == Backlog(due=0, oldest_due_seconds=0.0, permanently_failed=0)


async def test_the_backlog_counts_what_may_be_claimed_now(storage: Storage) -> None:
    await storage.added(a_new_event("waiting"))
    await storage.added(a_new_event("not_yet", created_at=ENDED + timedelta(hours=1)))
    await storage.claimed(await storage.added(a_new_event("held")), now=ENDED + MINUTE)
    await storage.claimed(await storage.added(a_new_event("abandoned")), now=ENDED)

    backlog = await storage.backlog(ENDED + timedelta(seconds=90))

    assert backlog == Backlog(due=2, oldest_due_seconds=90.0, permanently_failed=0)


async def test_an_abandoned_event_waits_since_its_lease_ran_out(storage: Storage) -> None:
    await storage.claimed(await storage.added(a_new_event()))

    backlog = await storage.backlog(ENDED + LEASE + timedelta(seconds=1.5))

    assert backlog == Backlog(due=1, oldest_due_seconds=1.5, permanently_failed=0)


async def test_the_backlog_counts_what_failed_for_good(storage: Storage) -> None:
    claimed = await storage.claimed(await storage.added(a_new_event()))
    schedule = RetrySchedule(max_retries=0)
    await storage.save(claimed.failed(FAILURE, details="", now=ENDED, signals=Signals(), schedule=schedule, draw=0.0))

    assert await storage.backlog(EVER_AFTER) == Backlog(due=0, oldest_due_seconds=0.0, permanently_failed=1)


async def test_how_many_wait_is_known_for_each_minute(storage: Storage) -> None:
    for number in range(3):
        await storage.added(a_new_event(f"conv_{number}"))
    due = (ENDED + GRACE).replace(second=0, microsecond=0)

    async with storage.unit_of_work() as work:
        waiting = await work.events.waiting_in([due - MINUTE, due, due + MINUTE, due])

    assert waiting == [0, 3, 0, 3]


async def test_nobody_waits_for_a_minute_that_nobody_asked_for(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        assert await work.events.waiting_in([]) == []
