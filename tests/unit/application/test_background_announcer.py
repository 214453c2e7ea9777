import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_events import Announcement
from domain.identifiers import BotId, ConversationId, EventId, UserId
from infrastructure.announcing.background_announcer import MAX_WAITING, BackgroundAnnouncer
from infrastructure.in_memory.announcer import RememberingPublisher

GUARD_SECONDS = 10


@dataclass(slots=True, kw_only=True)
class PatientPublisher(AnnouncementPublisher):
    """Publishes when it is released."""

    released: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0

    async def publish(self, announcement: Announcement) -> None:
        self.asked += 1
        await self.released.wait()


@dataclass(slots=True, kw_only=True)
class BrokenPublisher(AnnouncementPublisher):
    async def publish(self, announcement: Announcement) -> None:
        raise ZeroDivisionError


def _announcement(number: int) -> Announcement:
    return Announcement(
        event_id=EventId(number),
        conversation_id=ConversationId(f"conv_{number}"),
        user_id=UserId("user_42"),
        bot_id=BotId("bot_17"),
    )


@asynccontextmanager
async def _running(announcer: BackgroundAnnouncer) -> AsyncIterator[None]:
    running = asyncio.create_task(announcer.run())
    async with asyncio.timeout(GUARD_SECONDS):
        yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_announced_is_published_in_order() -> None:
    publisher = RememberingPublisher()
    announcer = BackgroundAnnouncer(publisher=publisher)

    async with _running(announcer):
        for number in range(5):
            announcer.announce(_announcement(number))
        await announcer.drain()

    assert publisher.published == [_announcement(number) for number in range(5)]


async def test_what_was_announced_before_it_runs_is_published_too() -> None:
    publisher = RememberingPublisher()
    announcer = BackgroundAnnouncer(publisher=publisher)
    announcer.announce(_announcement(1))

    async with _running(announcer):
        await announcer.drain()

    assert publisher.published == [_announcement(1)]


async def test_nobody_waits_for_a_publisher_that_hangs_and_beyond_the_bound_announcements_are_dropped() -> None:
    publisher = PatientPublisher()
    announcer = BackgroundAnnouncer(publisher=publisher)

    async with _running(announcer):
        announcer.announce(_announcement(0))
        await asyncio.sleep(0)
        for number in range(MAX_WAITING + 5):
            announcer.announce(_announcement(number))
        dropped_while_it_hung = announcer.dropped
        publisher.released.set()
        await announcer.drain()

    assert dropped_while_it_hung == 5
    assert publisher.asked == MAX_WAITING + 1


async def test_while_the_broker_is_away_what_waits_is_left_to_the_relay_after_one_question() -> None:
    publisher = RememberingPublisher(reachable=False)
    announcer = BackgroundAnnouncer(publisher=publisher)

    async with _running(announcer):
        for number in range(3):
            announcer.announce(_announcement(number))
        await announcer.drain()

    assert (publisher.published, announcer.dropped) == ([], 3)


async def test_once_the_broker_is_back_it_publishes_again() -> None:
    publisher = RememberingPublisher(reachable=False)
    announcer = BackgroundAnnouncer(publisher=publisher)

    async with _running(announcer):
        announcer.announce(_announcement(1))
        await announcer.drain()
        publisher.reachable = True
        announcer.announce(_announcement(2))
        await announcer.drain()

    assert publisher.published == [_announcement(2)]


async def test_a_bug_in_a_publisher_is_loud_and_holds_up_nobody_who_drains() -> None:
    announcer = BackgroundAnnouncer(publisher=BrokenPublisher())
    announcer.announce(_announcement(1))

    async with asyncio.timeout(GUARD_SECONDS):
        with pytest.raises(ZeroDivisionError):
            await announcer.run()
        await announcer.drain()
