"""ConversationEvents: adding, finding again, listing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.ports.conversation_events import EventFilter
from domain.event import ConversationEvent
from domain.event_status import EventStatus, FailureCode
from domain.identifiers import ConversationId, EventId, UserId
from domain.retry_schedule import RetrySchedule
from domain.signals import Signals
from tests.contracts.storage import Storage, a_new_event
from tests.examples import ENDED, USER, a_reported_conversation

SECOND = timedelta(seconds=1)
LATER = ENDED + timedelta(seconds=10)
EVERYTHING = EventFilter()


async def test_a_new_event_is_pending_and_due_at_once(storage: Storage) -> None:
    new = a_new_event()

    event = await storage.added(new)

    assert event == ConversationEvent(
        event_id=event.event_id,
        conversation_id=new.conversation_id,
        reported=new.reported,
        log=new.log,
        log_location=new.log_location,
        fingerprint=new.fingerprint,
        created_at=ENDED,
        status=EventStatus.PENDING,
        next_attempt_at=ENDED,
    )


@pytest.mark.parametrize("agent_tag", ["agent_movie", "", None])
async def test_an_event_reads_back_as_it_was_added(storage: Storage, agent_tag: str | None) -> None:
    reported = a_reported_conversation(bot_type=" next-lesson ", bot_name="Phim ảnh 🎬", agent_tag=agent_tag)

    event = await storage.added(a_new_event(reported=reported))

    assert await storage.event(event.event_id) == event


async def test_an_event_without_a_log_of_its_own_in_the_database_is_added_too(storage: Storage) -> None:
    event = await storage.added(a_new_event(), log=None)

    assert await storage.event(event.event_id) == event


async def test_an_event_is_found_by_its_conversation(storage: Storage) -> None:
    event = await storage.added(a_new_event("conv_0001"))
    await storage.added(a_new_event("conv_0002"))

    async with storage.unit_of_work() as work:
        assert await work.events.find(ConversationId("conv_0001")) == event


async def test_nothing_is_found_of_what_was_never_added(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        assert await work.events.get(EventId(77)) is None
        assert await work.events.find(ConversationId("conv_0077")) is None
        assert await work.events.twin(ConversationId("conv_0077"), "ab" * 32) is None
        assert not await work.events.attempts(EventId(77))


async def test_a_taken_conversation_id_is_refused(storage: Storage) -> None:
    first = await storage.added(a_new_event("conv_0001", content="first"))

    assert await storage.add(a_new_event("conv_0001", content="second")) is None
    assert await storage.event(first.event_id) == first


async def test_the_same_content_for_the_same_reported_id_is_refused_under_any_id(storage: Storage) -> None:
    new = a_new_event("conv_0001")
    await storage.added(new)

    assert await storage.add(replace(new, conversation_id=ConversationId("conv_0001_again"))) is None


async def test_a_refusal_does_not_spoil_the_unit_of_work(storage: Storage) -> None:
    await storage.added(a_new_event("conv_0001", content="first"))

    async with storage.unit_of_work() as work:
        refused = await work.events.add(a_new_event("conv_0001", content="second"), b"log")
        accepted = await work.events.add(a_new_event("conv_0002"), b"log")
        await work.commit()

    assert refused is None
    assert accepted is not None
    assert await storage.event(accepted.event_id) == accepted


async def test_a_twin_is_found_under_whatever_id_it_was_given(storage: Storage) -> None:
    reported = a_reported_conversation("conv_0001")
    renamed = await storage.added(a_new_event("conv_0001_20251126_172000", reported=reported, content="other"))

    async with storage.unit_of_work() as work:
        assert await work.events.twin(ConversationId("conv_0001"), renamed.fingerprint) == renamed
        assert await work.events.twin(renamed.conversation_id, renamed.fingerprint) is None
        assert await work.events.twin(ConversationId("conv_0001"), "ab" * 32) is None


async def test_of_identical_events_added_at_once_one_is_stored_and_the_others_see_it(storage: Storage) -> None:
    async def post() -> tuple[ConversationEvent | None, ConversationEvent | None]:
        async with storage.unit_of_work() as work:
            added = await work.events.add(a_new_event(), b"log")
            await asyncio.sleep(0.01)
            twin = None if added else await work.events.twin(a_new_event().conversation_id, a_new_event().fingerprint)
            await work.commit()
        return added, twin

    answers = await asyncio.gather(*(post() for _ in range(5)))

    stored = [added for added, _ in answers if added]
    assert len(stored) == 1
    assert [twin for _, twin in answers if twin] == stored * 4


async def test_a_concurrent_post_that_is_rolled_back_leaves_the_id_free(storage: Storage) -> None:
    began = asyncio.Event()

    async def post_and_give_up() -> None:
        async with storage.unit_of_work() as work:
            await work.events.add(a_new_event(), b"log")
            began.set()
            await asyncio.sleep(0.01)

    giving_up = asyncio.create_task(post_and_give_up())
    await began.wait()
    event = await storage.add(a_new_event())
    await giving_up

    assert event is not None
    assert await storage.event(event.event_id) == event


async def _page(
    storage: Storage, wanted: EventFilter = EVERYTHING, *, limit: int = 10, offset: int = 0
) -> tuple[list[str], int]:
    async with storage.unit_of_work() as work:
        events, total = await work.events.page(wanted, limit=limit, offset=offset)
    return [event.conversation_id for event in events], total


async def test_a_page_is_newest_first_and_of_the_same_moment_the_last_stored_first(storage: Storage) -> None:
    await storage.added(a_new_event("late", created_at=ENDED + SECOND))
    await storage.added(a_new_event("early_1"))
    await storage.added(a_new_event("early_2"))

    assert await _page(storage) == (["late", "early_2", "early_1"], 3)


async def test_pages_do_not_overlap_and_know_the_total(storage: Storage) -> None:
    for number in range(5):
        await storage.added(a_new_event(f"conv_{number}"))

    assert await _page(storage, limit=2) == (["conv_4", "conv_3"], 5)
    assert await _page(storage, limit=2, offset=2) == (["conv_2", "conv_1"], 5)
    assert await _page(storage, limit=2, offset=4) == (["conv_0"], 5)
    assert await _page(storage, limit=2, offset=6) == ([], 5)


async def _some_of_everything(storage: Storage) -> None:
    """Of this user one that is held, one that failed, and one that is pending; of another one that is pending."""
    await storage.claimed(await storage.added(a_new_event("held")))
    claimed = await storage.claimed(await storage.added(a_new_event("failed", created_at=ENDED + SECOND)), now=LATER)
    await storage.save(
        claimed.failed(
            FailureCode.MEMORY_API_TIMEOUT,
            details="",
            now=LATER,
            signals=Signals(),
            schedule=RetrySchedule(),
            draw=0.0,
        )
    )
    await storage.added(a_new_event("pending", created_at=ENDED + 2 * SECOND))
    theirs = a_reported_conversation("theirs", user_id="user_7")
    await storage.added(a_new_event("theirs", reported=theirs, created_at=ENDED + 3 * SECOND))


FILTERS: dict[str, tuple[EventFilter, list[str]]] = {
    "everything": (EVERYTHING, ["theirs", "pending", "failed", "held"]),
    "one user": (EventFilter(user_id=USER), ["pending", "failed", "held"]),
    "a user without any": (EventFilter(user_id=UserId("nobody")), []),
    "one status": (EventFilter(statuses=frozenset({EventStatus.PENDING})), ["theirs", "pending"]),
    "two statuses": (
        EventFilter(statuses=frozenset({EventStatus.PROCESSING, EventStatus.FAILED})),
        ["failed", "held"],
    ),
    "one error": (EventFilter(error_code=FailureCode.MEMORY_API_TIMEOUT), ["failed"]),
    "another error": (EventFilter(error_code=FailureCode.LEASE_EXPIRED), []),
    "since a moment, itself included": (EventFilter(since=ENDED + 2 * SECOND), ["theirs", "pending"]),
    "until a moment, itself excluded": (EventFilter(until=ENDED + 2 * SECOND), ["failed", "held"]),
    "all at once": (
        EventFilter(
            user_id=USER,
            statuses=frozenset({EventStatus.FAILED, EventStatus.PENDING}),
            since=ENDED + SECOND,
            until=ENDED + 2 * SECOND,
        ),
        ["failed"],
    ),
}


@pytest.mark.parametrize(("wanted", "found"), FILTERS.values(), ids=FILTERS.keys())
async def test_a_page_holds_what_the_filter_means(storage: Storage, wanted: EventFilter, found: list[str]) -> None:
    await _some_of_everything(storage)

    assert await _page(storage, wanted) == (found, len(found))
    assert await _page(storage, wanted, limit=1) == (found[:1], len(found))


@pytest.mark.parametrize(("wanted", "found"), FILTERS.values(), ids=FILTERS.keys())
async def test_what_matches_can_be_walked_through_in_the_order_of_ids(
    storage: Storage, wanted: EventFilter, found: list[str]
) -> None:
    await _some_of_everything(storage)

    walked: list[ConversationEvent] = []
    async with storage.unit_of_work() as work:
        while some := await work.events.next_matching(wanted, after=walked[-1].event_id if walked else None, limit=2):
            assert len(some) <= 2
            walked.extend(some)

    assert [event.conversation_id for event in walked] == list(reversed(found))
    assert [event.event_id for event in walked] == sorted(event.event_id for event in walked)


async def _tags(storage: Storage, *, limit: int = 3) -> list[str]:
    async with storage.unit_of_work() as work:
        return list(await work.events.recent_greeting_tags(USER, limit=limit))


async def _had(storage: Storage, tag: str | None, minute: int, *, bot_type: str = "GREETING", user: str = USER) -> None:
    reported = a_reported_conversation(
        f"conv_{minute}_{user}",
        user_id=user,
        bot_type=bot_type,
        agent_tag=tag,
        end_time=ENDED + timedelta(minutes=minute),
    )
    await storage.added(a_new_event(reported.conversation_id, reported=reported))


async def test_recent_greetings_are_those_that_ended_last_newest_first(storage: Storage) -> None:
    for tag, minute in (("second", 2), ("fourth", 4), ("first", 1), ("third", 3)):
        await _had(storage, tag, minute)

    assert await _tags(storage) == ["fourth", "third", "second"]
    assert await _tags(storage, limit=1) == ["fourth"]


async def test_only_the_users_own_greetings_count_however_their_type_is_written(storage: Storage) -> None:
    await _had(storage, "mine", 1, bot_type=" greeting ")
    await _had(storage, "talk", 2, bot_type="TALK")
    await _had(storage, "theirs", 3, user="user_7")

    assert await _tags(storage) == ["mine"]


async def test_a_greeting_without_a_tag_still_is_one(storage: Storage) -> None:
    await _had(storage, None, 1)

    assert await _tags(storage) == [""]
