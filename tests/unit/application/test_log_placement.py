import asyncio
from datetime import timedelta

import pytest

from application.errors import DependencyUnavailable, LogStoreUnavailable, LogUnavailable
from application.ports.conversation_intake import ConversationIntake
from application.ports.conversation_logs import KeptLog
from application.use_cases.calculate_score import ScoringOutcome
from domain.event import ConversationEvent, NewEvent
from domain.event_status import EventStatus
from domain.identifiers import EventId
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.log_shelf import InMemoryLogShelf
from tests.unit.application.placed_logs import PAUSE, PlacedLogs

A_MOMENT = timedelta(milliseconds=1)


class HangingShelf(InMemoryLogShelf):
    """Fails, but only when told so."""

    def __init__(self) -> None:
        super().__init__(clock=FakeClock())
        self.give_up = asyncio.Event()

    async def keep(self, content: bytes) -> KeptLog:
        self.asked += 1
        await self.give_up.wait()
        raise LogStoreUnavailable("told to fail")


class IntakeThatLooks(ConversationIntake):
    """Sees what is on the shelf when an event arrives."""

    def __init__(self, placed: PlacedLogs) -> None:
        self._placed = placed
        self.seen: list[bool] = []

    async def accept(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        self.seen.append(event.log_location in self._placed.shelf.contents)
        raise DependencyUnavailable("the database is away")


async def test_a_log_goes_where_it_belongs() -> None:
    placed = PlacedLogs()

    event = await placed.recorded()

    assert placed.location(event) in placed.shelf.contents
    assert placed.inline == {}


async def test_a_log_is_kept_before_there_is_an_event_of_it() -> None:
    placed = PlacedLogs()
    intake = IntakeThatLooks(placed)

    with pytest.raises(DependencyUnavailable):
        await placed.record_through(intake)

    assert intake.seen == [True]


async def test_a_log_goes_into_the_database_while_its_store_is_away() -> None:
    placed = PlacedLogs()
    placed.shelf.reachable = False

    event = await placed.recorded()

    assert list(placed.inline) == [event.event_id]
    assert await placed.score(event) is ScoringOutcome.PROCESSED


async def test_a_store_that_failed_is_not_asked_for_a_while() -> None:
    placed = PlacedLogs()
    placed.shelf.reachable = False

    for _ in range(3):
        await placed.logs.keep(b"log")
    placed.world.clock.advance(PAUSE - A_MOMENT)
    await placed.logs.keep(b"log")

    assert placed.shelf.asked == 1


async def test_a_store_is_asked_again_after_the_pause_and_trusted_when_it_answers() -> None:
    placed = PlacedLogs()
    placed.shelf.reachable = False
    await placed.logs.keep(b"log")
    placed.shelf.reachable = True
    placed.world.clock.advance(PAUSE)

    kept = [await placed.logs.keep(b"log") for _ in range(3)]

    assert [log.inline for log in kept] == [None, None, None]


async def test_a_store_that_is_still_away_is_left_alone_for_another_pause() -> None:
    placed = PlacedLogs()
    placed.shelf.reachable = False
    await placed.logs.keep(b"log")
    placed.world.clock.advance(PAUSE)
    await placed.logs.keep(b"log")
    await placed.logs.keep(b"log")

    assert placed.shelf.asked == 2


async def test_one_caller_finds_out_whether_the_store_is_back_and_the_others_do_not_wait() -> None:
    placed = PlacedLogs()
    hanging = HangingShelf()
    placed.shelf.reachable = False
    await placed.logs.keep(b"log")
    placed.logs.stores = {**placed.logs.stores, "shelf": hanging}
    placed.world.clock.advance(PAUSE)

    finding_out = asyncio.create_task(placed.logs.keep(b"log"))
    await asyncio.sleep(0)
    others = [await placed.logs.keep(b"log") for _ in range(3)]
    hanging.give_up.set()

    assert [log.inline for log in [*others, await finding_out]] == [b"log"] * 4
    assert hanging.asked == 1


async def test_a_clock_that_was_set_back_does_not_shut_a_store_out() -> None:
    placed = PlacedLogs()
    placed.shelf.reachable = False
    await placed.logs.keep(b"log")
    placed.shelf.reachable = True
    placed.world.clock.advance(-timedelta(days=1))

    assert (await placed.logs.keep(b"log")).inline is None


async def test_a_log_is_found_where_it_lies_whatever_is_preferred_now() -> None:
    placed = PlacedLogs()
    event = await placed.recorded()
    placed.logs.preferred = "memory"

    assert await placed.score(event) is ScoringOutcome.PROCESSED


async def test_a_log_in_a_store_that_nobody_configured_is_unavailable() -> None:
    placed = PlacedLogs()

    with pytest.raises(LogUnavailable):
        await placed.logs.fetch(EventId(1), "file:2026/11/23/one.zst")
    with pytest.raises(LogUnavailable):
        await placed.logs.delete("file:2026/11/23/one.zst")


async def test_whether_a_log_is_there_cannot_be_told_while_its_store_is_away() -> None:
    placed = PlacedLogs()
    event = await placed.recorded()
    placed.shelf.reachable = False

    with pytest.raises(DependencyUnavailable):
        await placed.logs.fetch(event.event_id, placed.location(event))


async def test_an_event_whose_log_cannot_be_fetched_is_tried_again() -> None:
    placed = PlacedLogs()
    event = await placed.recorded()
    placed.shelf.reachable = False
    await placed.score(event)

    waiting = placed.world.event(event.event_id)
    assert waiting.status in (EventStatus.FAILED, EventStatus.PENDING)
    assert waiting.next_attempt_at is not None

    placed.shelf.reachable = True
    placed.world.clock.advance(waiting.next_attempt_at - placed.world.clock.now())
    assert await placed.score(event) is ScoringOutcome.PROCESSED
