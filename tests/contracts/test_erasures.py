"""Erasures: what is removed, who is shut out, and the queue of logs to delete."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from application.errors import LeaseLost, LogUnavailable, UserErased
from application.ports.conversation_events import EventFilter
from application.ports.erasures import Removed
from domain.erasure import ErasedNumbers
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.friendship import Friendship
from domain.identifiers import UserId
from tests.contracts.storage import LEASE, Storage, a_new_event
from tests.examples import ENDED, USER, a_ledger_entry, a_reported_conversation, a_score, a_session, a_topic

OTHER = UserId("user_7")
LATER = ENDED + timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def _shut_out(storage: Storage, user: UserId = USER, *, at: datetime = LATER) -> datetime:
    async with storage.unit_of_work() as work:
        erased_at = await work.erasures.shut_out(user, at=at)
        await work.commit()
    return erased_at


async def _remove(storage: Storage, user: UserId = USER, *, logs_due_at: datetime = LATER) -> Removed:
    async with storage.unit_of_work() as work:
        removed = await work.erasures.remove(user, logs_due_at=logs_due_at)
        await work.commit()
    return removed


async def _take(storage: Storage, *, now: datetime = LATER, limit: int = 10) -> list[str]:
    async with storage.unit_of_work() as work:
        taken = await work.erasures.take_log_deletions(now=now, again_at=now + LEASE, limit=limit)
        await work.commit()
    return list(taken)


async def _event(
    storage: Storage, number: int, *, user: str = USER, location: str | None = None, end: datetime = ENDED
) -> ConversationEvent:
    """With its log inside the database unless it has a location elsewhere."""
    name = f"conv_{number}_{user}"
    new = a_new_event(name, reported=a_reported_conversation(name, user_id=user, end_time=end))
    inline = await storage.logs.keep(b"log")
    if location is not None:
        return await storage.added(replace(new, log_location=location), None)
    return await storage.added(replace(new, log_location=inline.location), inline.inline)


async def _scored(storage: Storage, user: str, *numbers: int) -> None:
    for number in numbers:
        event = await storage.claimed(await _event(storage, number, user=user))
        entry = a_ledger_entry(5.0, user_id=user, conversation_id=event.conversation_id, topic_id="movie", turns=3)
        async with storage.unit_of_work() as work:
            held = await work.friendships.held(UserId(user))
            grown = held.grown_by(entry, a_session())
            await work.friendships.save(grown)
            await work.ledger.append(entry)
            done = event.processed(now=ENDED, signals=event.signals, score=a_score(), level=grown.level)
            await work.events.save(done, ended_at=ENDED)
            await work.commit()


async def test_everything_about_a_user_is_removed_and_counted(storage: Storage) -> None:
    await _scored(storage, USER, 1, 2)
    waiting = await _event(storage, 3)

    removed = await _remove(storage)

    assert removed.numbers == ErasedNumbers(events=3, attempts=2, ledger_entries=2, topics=1, logs=3, friendship=1)
    assert removed.outside == ()
    assert await storage.friendship() is None
    async with storage.unit_of_work() as work:
        assert await work.events.get(waiting.event_id) is None
        assert not await work.events.attempts(waiting.event_id)
        assert await work.ledger.of_user(USER, limit=9, offset=0) == ([], 0)
    assert await storage.take(now=ENDED + timedelta(days=1)) == []


async def test_others_are_left_alone(storage: Storage) -> None:
    await _scored(storage, OTHER, 1, 2)
    before = await storage.friendship(OTHER)
    await _scored(storage, USER, 1)

    await _remove(storage)

    assert await storage.friendship(OTHER) == before
    async with storage.unit_of_work() as work:
        assert (await work.ledger.of_user(OTHER, limit=9, offset=0))[1] == 2


async def test_removing_a_user_twice_or_one_nobody_knows_removes_nothing(storage: Storage) -> None:
    await _scored(storage, USER, 1)
    await _remove(storage)

    assert await _remove(storage) == Removed(numbers=ErasedNumbers(), outside=())
    assert await _remove(storage, UserId("nobody")) == Removed(numbers=ErasedNumbers(), outside=())
    assert await storage.friendship() is None


async def test_what_is_not_committed_is_not_removed(storage: Storage) -> None:
    await storage.keep_friendship(Friendship(user_id=USER, score=7.0, topics={}))

    async with storage.unit_of_work() as work:
        await work.erasures.remove(USER, logs_due_at=LATER)

    assert await storage.friendship() == Friendship(user_id=USER, score=7.0)


async def test_a_friendship_without_a_conversation_is_removed_too(storage: Storage) -> None:
    await storage.keep_friendship(Friendship(user_id=USER, topics={"movie": a_topic(), "pets": a_topic()}))  # type: ignore[dict-item]

    assert (await _remove(storage)).numbers == ErasedNumbers(topics=2, friendship=1)


@pytest.mark.parametrize("end", [ENDED, LATER], ids=["before", "at the very moment"])
async def test_what_ended_before_its_user_was_shut_out_is_not_taken(storage: Storage, end: datetime) -> None:
    await _shut_out(storage)

    with pytest.raises(UserErased):
        await _event(storage, 1, end=end)

    async with storage.unit_of_work() as work:
        assert await work.events.find(a_new_event(f"conv_1_{USER}").conversation_id) is None


async def test_what_ends_afterwards_is_taken_and_so_is_everything_of_others(storage: Storage) -> None:
    await _shut_out(storage)

    assert (await _event(storage, 1, end=LATER + SECOND)).status is EventStatus.PENDING
    assert (await _event(storage, 1, user=OTHER)).status is EventStatus.PENDING


async def test_a_refusal_for_an_erased_user_does_not_spoil_the_unit_of_work(storage: Storage) -> None:
    await _shut_out(storage)

    async with storage.unit_of_work() as work:
        with pytest.raises(UserErased):
            await work.events.add(a_new_event("conv_0001"), b"log")
        reported = a_reported_conversation("conv_0002", user_id=OTHER)
        assert await work.events.add(a_new_event("conv_0002", reported=reported), b"log")
        await work.commit()


async def test_being_shut_out_again_counts_from_the_later_time(storage: Storage) -> None:
    assert await _shut_out(storage, at=LATER) == LATER
    assert await _shut_out(storage, at=ENDED) == LATER
    assert await _shut_out(storage, at=LATER + SECOND) == LATER + SECOND

    with pytest.raises(UserErased):
        await _event(storage, 1, end=LATER + SECOND)


async def test_a_user_may_be_met_again(storage: Storage) -> None:
    await _shut_out(storage)
    await _remove(storage)

    async with storage.unit_of_work() as work:
        await work.friendships.introduce(USER)
        await work.commit()

    assert await storage.friendship() == Friendship(user_id=USER)


async def test_a_worker_that_comes_late_cannot_write_its_outcome(storage: Storage) -> None:
    event = await storage.claimed(await _event(storage, 1))
    await _remove(storage)

    with pytest.raises(LeaseLost):
        await storage.save(event.handed_back(now=ENDED))
    async with storage.unit_of_work() as work:
        assert not await work.events.renew(event, expires_at=LATER)
    assert await storage.claim(event, now=LATER) is None


async def test_logs_outside_the_database_are_queued(storage: Storage) -> None:
    for number in (1, 2):
        await _event(storage, number, location=f"shelf:{number}")
    await _event(storage, 3)
    await _event(storage, 4, user=OTHER, location="shelf:4")

    removed = await _remove(storage, logs_due_at=LATER)

    assert sorted(removed.outside) == ["shelf:1", "shelf:2"]
    assert removed.numbers.logs == 3
    assert await _take(storage, now=LATER - SECOND) == []
    assert await _take(storage) == ["shelf:1", "shelf:2"]


async def test_a_queued_log_that_was_taken_is_due_again_later_until_it_is_finished(storage: Storage) -> None:
    for number in (1, 2, 3):
        await _event(storage, number, location=f"shelf:{number}")
    await _remove(storage)

    first = await _take(storage, limit=2)
    second = await _take(storage, limit=2)
    async with storage.unit_of_work() as work:
        await work.erasures.finish_log_deletions([*first, "shelf:never"])
        await work.commit()

    assert sorted(first + second) == ["shelf:1", "shelf:2", "shelf:3"]
    assert await _take(storage, now=LATER + LEASE) == second


async def _forget(storage: Storage, *, before: datetime, limit: int = 10) -> int:
    async with storage.unit_of_work() as work:
        forgotten = await work.erasures.forget_logs(accepted_before=before, logs_due_at=LATER, limit=limit)
        await work.commit()
    return forgotten


async def test_old_logs_of_scored_events_are_forgotten_and_the_events_stay(storage: Storage) -> None:
    await _scored(storage, USER, 1)
    waiting = await _event(storage, 2)
    (scored,) = [event for event in await _events(storage) if event.status is EventStatus.PROCESSED]

    assert await _forget(storage, before=scored.created_at + SECOND) == 1
    assert await _forget(storage, before=scored.created_at + SECOND) == 0

    after = await storage.event(scored.event_id)
    assert not after.has_log
    assert replace(after, log_location=scored.log_location) == scored
    assert (await storage.event(waiting.event_id)).has_log
    with pytest.raises(LogUnavailable):
        await storage.logs.fetch(scored.event_id, scored.log_location)


async def test_a_young_log_is_not_forgotten(storage: Storage) -> None:
    await _scored(storage, USER, 1)
    (scored,) = await _events(storage)

    assert await _forget(storage, before=scored.created_at) == 0
    assert (await storage.event(scored.event_id)).has_log


async def test_no_more_logs_than_asked_are_forgotten_at_a_time(storage: Storage) -> None:
    await _scored(storage, USER, 1, 2, 3)

    assert [await _forget(storage, before=LATER, limit=2) for _ in range(3)] == [2, 1, 0]


async def test_forgotten_logs_outside_the_database_are_queued_and_not_erased_again(storage: Storage) -> None:
    event = await _event(storage, 1, location="s3:2026/11/23/one.zst")
    skipped = replace(event, status=EventStatus.SKIPPED, next_attempt_at=None)
    async with storage.unit_of_work() as work:
        await work.events.replace(skipped, was=event, at=ENDED)
        await work.commit()

    assert await _forget(storage, before=LATER) == 1

    assert await _take(storage) == ["s3:2026/11/23/one.zst"]
    removed = await _remove(storage)
    assert (removed.numbers.events, removed.numbers.logs, removed.outside) == (1, 0, ())


async def _events(storage: Storage) -> list[ConversationEvent]:
    async with storage.unit_of_work() as work:
        events, _ = await work.events.page(EventFilter(), limit=10, offset=0)
    return list(events)
