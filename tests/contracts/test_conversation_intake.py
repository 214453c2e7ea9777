import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.identifiers import ConversationId
from tests.contracts.storage import Storage, a_new_event
from tests.examples import ENDED, a_reported_conversation


async def test_an_accepted_event_is_pending_due_at_once_and_there_for_others(storage: Storage) -> None:
    new = a_new_event(reported=a_reported_conversation(bot_name="Phim ảnh 🎬 \\ \"'{}", agent_tag=None))

    event = await storage.intake.accept(new, b"log")

    assert event is not None
    assert (event.status, event.next_attempt_at, event.reported) == (EventStatus.PENDING, ENDED, new.reported)
    assert await storage.event(event.event_id) == event


async def test_moments_are_kept_to_the_microsecond(storage: Storage) -> None:
    odd = ENDED + timedelta(microseconds=123_457)
    reported = a_reported_conversation(end_time=odd)

    event = await storage.intake.accept(a_new_event(reported=reported, created_at=odd), b"log")

    assert event is not None
    stored = await storage.event(event.event_id)
    assert (stored.reported.end_time, stored.created_at, stored.next_attempt_at) == (odd, odd, odd)


async def test_a_new_event_is_left_for_a_moment_to_whoever_accepted_it(storage: Storage) -> None:
    await storage.intake.accept(a_new_event(), b"log")

    assert await storage.take(now=ENDED + timedelta(seconds=2)) == []
    assert len(await storage.take(now=ENDED + timedelta(seconds=3))) == 1


async def test_a_taken_id_is_refused(storage: Storage) -> None:
    await storage.intake.accept(a_new_event("conv_0001", content="first"), b"log")

    assert await storage.intake.accept(a_new_event("conv_0001", content="second"), b"log") is None


async def test_the_same_content_for_the_same_reported_id_is_refused_under_any_id(storage: Storage) -> None:
    new = a_new_event("conv_0001")
    await storage.intake.accept(new, b"log")

    assert await storage.intake.accept(replace(new, conversation_id=ConversationId("other")), b"log") is None


async def test_of_identical_posts_at_once_one_is_accepted(storage: Storage) -> None:
    answers = await asyncio.gather(*(storage.intake.accept(a_new_event(), b"log") for _ in range(20)))

    accepted = [event for event in answers if event]
    assert len(accepted) == 1
    assert await storage.event(accepted[0].event_id) == accepted[0]


async def test_of_different_posts_of_one_id_at_once_one_is_accepted(storage: Storage) -> None:
    posts = [a_new_event("conv_0001", content=f"content {number}") for number in range(20)]

    answers = await asyncio.gather(*(storage.intake.accept(post, b"log") for post in posts))

    assert len([event for event in answers if event]) == 1


async def test_of_the_same_content_under_many_ids_at_once_one_is_accepted(storage: Storage) -> None:
    new = a_new_event("conv_0001")
    posts = [replace(new, conversation_id=ConversationId(f"conv_{number}")) for number in range(20)]

    answers = await asyncio.gather(*(storage.intake.accept(post, b"log") for post in posts))

    assert len([event for event in answers if event]) == 1


async def test_many_posts_at_once_each_get_their_own_event_and_log(storage: Storage) -> None:
    async def post(number: int) -> ConversationEvent | None:
        log = None if number % 10 == 3 else f"log {number}".encode() * (number + 1)
        return await storage.intake.accept(a_new_event(f"conv_{number}"), log)

    events = await asyncio.gather(*(post(number) for number in range(200)))

    assert len({event.event_id for event in events if event}) == 200
    for number, event in enumerate(events):
        assert event is not None
        assert event.conversation_id == f"conv_{number}"
        if number % 10 != 3:
            content = await storage.logs.fetch(event.event_id, event.log_location)
            assert content == f"log {number}".encode() * (number + 1)


async def test_two_intakes_at_once_agree_on_what_is_taken(storage: Storage) -> None:
    async def through_a_unit_of_work(number: int) -> ConversationEvent | None:
        return await storage.add(a_new_event(f"conv_{number}", content="one"))

    async def through_the_intake(number: int) -> ConversationEvent | None:
        return await storage.intake.accept(a_new_event(f"conv_{number}", content="other"), b"log")

    numbers = range(30)
    answers = await asyncio.gather(
        *(through_a_unit_of_work(number) for number in numbers), *(through_the_intake(number) for number in numbers)
    )

    assert sorted(event.conversation_id for event in answers if event) == sorted(f"conv_{n}" for n in numbers)


async def test_nothing_is_accepted_while_the_database_is_away(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.intake.accept(a_new_event(), b"log")
