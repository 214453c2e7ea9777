import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone

import pytest

from application.errors import DependencyUnavailable
from application.fingerprint import fingerprint
from application.ports.conversation_events import Announcement
from application.ports.event_announcer import EventAnnouncer
from application.use_cases.record_conversation_end import RecordConversationEndCommand
from domain.conversation_log import InvalidConversationLog
from domain.ended_conversation import EndedConversation
from domain.event import LogSummary
from domain.event_status import EventStatus
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from tests.examples import BOT, ENDED, STARTED, USER, a_reported_conversation
from tests.unit.application.world import World, log_items

# 17:20 in Ho Chi Minh City, on the same day.
RENAMED = "conv_0001_20251126_172000"


@dataclass(slots=True, kw_only=True)
class WitnessAnnouncer(EventAnnouncer):
    """Remembers what could already be read by others when it was called."""

    database: InMemoryDatabase
    durable: list[bool] = field(default_factory=list)

    def announce(self, announcement: Announcement) -> None:
        tables = self.database.tables
        self.durable.append(announcement.event_id in tables.events and announcement.event_id in tables.logs)


async def test_an_ended_conversation_is_accepted_as_pending_with_its_log() -> None:
    world = World()

    recorded = await world.record("pu pu up")

    assert not recorded.duplicate
    event = world.event(recorded.event.event_id)
    assert event == recorded.event
    assert (event.status, event.conversation_id, event.next_attempt_at) == (
        EventStatus.PENDING,
        "conv_0001",
        world.clock.now(),
    )
    content = await world.logs.fetch(event.event_id, event.log_location)
    conversation = await ZstdJsonLogEncoder().decode(content)
    assert [utterance.text for utterance in conversation.utterances] == [f"line {n}" for n in range(1, 7)]


async def test_the_event_knows_how_much_was_said_by_whom() -> None:
    world = World()

    event = (await world.record("pp u pp")).event

    assert event.log == LogSummary(utterances=5, pika=4, user=1, size_bytes=event.log.size_bytes)
    assert event.log.size_bytes > 0


async def test_an_empty_log_is_accepted() -> None:
    world = World()

    event = (await world.record("")).event

    assert event.log.utterances == 0


async def test_speakers_we_do_not_know_are_counted() -> None:
    world = World()

    recorded = await world.record_items([{"speaker": "teacher", "text": "Hello"}, *log_items("pu")])

    assert recorded.unknown_speakers == 1
    assert recorded.event.log.pika == 2


async def test_an_accepted_event_is_announced() -> None:
    world = World()

    event = (await world.record()).event

    assert world.announcer.announced == [
        Announcement(event_id=event.event_id, conversation_id=event.conversation_id, user_id=USER, bot_id=BOT)
    ]


async def test_nothing_is_announced_before_it_is_durable() -> None:
    world = World()
    announcer = WitnessAnnouncer(database=world.database)
    recording = replace(world.recording(), announcer=announcer)

    await recording(RecordConversationEndCommand(reported=a_reported_conversation(), log_items=log_items("pu")))

    assert announcer.durable == [True]


async def test_a_lost_announcement_loses_nothing() -> None:
    world = World()
    world.announcer.deaf = True

    recorded = await world.record()

    assert world.event(recorded.event.event_id) == recorded.event


async def test_the_same_content_again_is_the_same_event_and_is_not_announced_twice() -> None:
    world = World()
    first = await world.record()
    world.clock.advance(timedelta(hours=1))

    again = await world.record()

    assert again.duplicate
    assert again.event == first.event
    assert len(world.database.tables.events) == len(world.announcer.announced) == 1


async def test_a_clients_retry_may_write_the_same_moments_with_another_offset() -> None:
    world = World()
    await world.record()
    vietnam = timezone(timedelta(hours=7))
    reported = a_reported_conversation(start_time=STARTED.astimezone(vietnam), end_time=ENDED.astimezone(vietnam))

    again = await world.record(reported=reported)

    assert again.duplicate


async def test_a_duplicate_of_a_processed_conversation_tells_what_became_of_it() -> None:
    world = World()
    event_id = await world.recorded()
    await world.score(event_id)

    again = await world.record()

    assert again.duplicate
    assert again.event.status is EventStatus.PROCESSED


async def test_other_content_under_a_used_id_is_kept_under_an_id_with_the_local_time_of_its_end() -> None:
    world = World()
    first = await world.record("pu")

    second = await world.record("pu pu")

    assert not second.duplicate
    assert second.event.conversation_id == RENAMED
    assert second.event.reported.conversation_id == "conv_0001"
    assert world.event(first.event.event_id) == first.event
    assert [announced.conversation_id for announced in world.announcer.announced] == ["conv_0001", RENAMED]


async def test_the_third_and_fourth_content_under_one_id_are_numbered() -> None:
    world = World()

    ids = [(await world.record("pu" * turns)).event.conversation_id for turns in range(1, 5)]

    assert ids == ["conv_0001", RENAMED, f"{RENAMED}_2", f"{RENAMED}_3"]


async def test_a_renamed_conversation_posted_again_is_a_duplicate() -> None:
    world = World()
    for turns in (1, 2, 3):
        await world.record("pu" * turns)

    again = [await world.record("pu" * turns) for turns in (3, 2, 1)]

    assert [recorded.duplicate for recorded in again] == [True, True, True]
    assert [recorded.event.conversation_id for recorded in again] == [f"{RENAMED}_2", RENAMED, "conv_0001"]
    assert len(world.announcer.announced) == 3


async def test_an_id_that_somebody_else_reported_is_not_taken_over() -> None:
    world = World()
    await world.record("pu", a_reported_conversation(RENAMED))
    await world.record("pu")

    event = (await world.record("pupu")).event

    assert event.conversation_id == f"{RENAMED}_2"


@pytest.mark.parametrize(
    "other",
    [
        a_reported_conversation(user_id="user_7"),
        a_reported_conversation(bot_type="GAME"),
        a_reported_conversation(bot_id="bot_99"),
        a_reported_conversation(bot_name="Other"),
        a_reported_conversation(agent_tag=None),
        a_reported_conversation(start_time=STARTED + timedelta(microseconds=1)),
        a_reported_conversation(end_time=ENDED + timedelta(microseconds=1)),
    ],
    ids=["user", "bot type", "bot", "bot name", "agent tag", "start", "end"],
)
async def test_every_reported_field_is_part_of_the_content(other: EndedConversation) -> None:
    world = World()
    explicit = [{"speaker": "user", "text": "Hi", "timestamp": "2025-11-26T10:00:00Z"}]
    await world.record_items(explicit)

    recorded = await world.record_items(explicit, other)

    assert not recorded.duplicate
    assert len(world.database.tables.events) == 2


def test_a_fingerprint_cannot_be_forged_by_moving_text_between_fields() -> None:
    one = a_reported_conversation(bot_type="TALK", bot_name="ab\x1fc")
    other = a_reported_conversation(bot_type="TALK\x1fab", bot_name="c")

    assert fingerprint(one, "digest") != fingerprint(other, "digest")
    assert len(bytes.fromhex(fingerprint(one, "digest"))) == 32


async def test_identical_posts_at_once_are_one_event() -> None:
    world = World()

    answers = await asyncio.gather(*(world.record() for _ in range(5)))

    assert sorted(recorded.duplicate for recorded in answers) == [False, True, True, True, True]
    assert len({recorded.event.event_id for recorded in answers}) == 1
    assert len(world.announcer.announced) == 1


async def test_different_posts_of_one_id_at_once_are_all_kept() -> None:
    world = World()

    answers = await asyncio.gather(*(world.record("pu" * turns) for turns in range(1, 6)))

    assert len({recorded.event.conversation_id for recorded in answers}) == 5
    assert not any(recorded.duplicate for recorded in answers)


async def test_an_invalid_log_is_refused_with_every_fault_and_nothing_is_stored() -> None:
    world = World()

    with pytest.raises(InvalidConversationLog) as refused:
        await world.record_items(["not an object", *log_items("pu"), {"speaker": "user", "text": 7}])

    assert [fault.index for fault in refused.value.faults] == [0, 3]
    assert world.database.tables.events == {}
    assert world.announcer.announced == []


async def test_while_the_database_is_away_nothing_is_accepted() -> None:
    world = World()
    world.database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await world.record()

    assert world.database.tables.events == {}
    assert world.announcer.announced == []


async def test_what_was_refused_while_the_database_was_away_is_accepted_later() -> None:
    world = World()
    world.database.reachable = False
    with pytest.raises(DependencyUnavailable):
        await world.record()
    world.database.reachable = True

    recorded = await world.record()

    assert not recorded.duplicate
    assert recorded.event.conversation_id == "conv_0001"


async def test_a_large_log_does_not_hold_up_others() -> None:
    world = World()
    turns_of_others = 0

    async def others() -> None:
        nonlocal turns_of_others
        while True:
            turns_of_others += 1
            await asyncio.sleep(0)

    busy = asyncio.create_task(others())
    await world.record("pu" * 2000)
    busy.cancel()

    assert turns_of_others > 10
