from domain.event import ConversationEvent
from domain.identifiers import EventId
from tests.contracts.storage import Storage, a_new_event

HERE = "postgres:"
THERE = "s3:2026/11/23/one.zst"


async def test_logs_in_the_database_are_told_oldest_first_up_to_a_limit(storage: Storage) -> None:
    events = [await _inline(storage, f"conv_{number}") for number in range(3)]

    assert await _inline_ids(storage, limit=2) == [events[0].event_id, events[1].event_id]


async def test_a_log_elsewhere_is_not_told_to_be_in_the_database(storage: Storage) -> None:
    await storage.added(a_new_event(log_location=THERE), None)

    assert await _inline_ids(storage) == []


async def test_a_log_in_the_database_is_told_with_its_location(storage: Storage) -> None:
    event = await _inline(storage)

    async with storage.unit_of_work() as work:
        (told,) = await work.events.inline_logs(limit=10)

    assert (told.event_id, told.location) == (event.event_id, HERE)


async def test_a_relocated_log_is_no_longer_in_the_database(storage: Storage) -> None:
    event = await _inline(storage)

    assert await _relocated(storage, event)

    assert (await storage.event(event.event_id)).log_location == THERE
    assert await _inline_ids(storage) == []


async def test_a_relocated_event_is_otherwise_unchanged_and_still_due(storage: Storage) -> None:
    event = await _inline(storage)

    await _relocated(storage, event)

    assert (await storage.claimed(event)).log_location == THERE


async def test_a_log_is_relocated_only_from_where_it_was(storage: Storage) -> None:
    event = await _inline(storage)
    await _relocated(storage, event)

    assert not await _relocated(storage, event, to="s3:2026/11/23/two.zst")

    assert (await storage.event(event.event_id)).log_location == THERE


async def test_the_log_of_nobody_is_not_relocated(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        assert not await work.events.relocate(EventId(77), was=HERE, now_at=THERE)


async def test_the_log_of_an_event_that_is_being_processed_stays_where_its_worker_looks(storage: Storage) -> None:
    event = await _inline(storage)
    await storage.claimed(event)

    assert await _inline_ids(storage) == []
    assert not await _relocated(storage, event)

    assert await storage.logs.fetch(event.event_id, HERE) == b"a log"


async def test_relocating_is_undone_with_its_unit_of_work(storage: Storage) -> None:
    event = await _inline(storage)

    async with storage.unit_of_work() as work:
        await work.events.relocate(event.event_id, was=HERE, now_at=THERE)

    assert (await storage.event(event.event_id)).log_location == HERE
    assert await storage.logs.fetch(event.event_id, HERE) == b"a log"


async def test_what_a_person_decides_does_not_bring_the_log_back(storage: Storage) -> None:
    event = await _inline(storage)
    await _relocated(storage, event)

    await storage.replace(event.skipped(), was=event)

    assert (await storage.event(event.event_id)).log_location == THERE


async def test_of_many_locations_those_are_known_that_an_event_refers_to(storage: Storage) -> None:
    await storage.added(a_new_event("conv_1", log_location=THERE), None)
    await storage.added(a_new_event("conv_2", log_location="s3:2026/11/23/two.zst"), None)

    async with storage.unit_of_work() as work:
        assert await work.events.known_locations([THERE, "s3:2026/11/23/three.zst"]) == {THERE}
        assert await work.events.known_locations([]) == set()


async def _inline(storage: Storage, conversation_id: str = "conv_0001") -> ConversationEvent:
    return await storage.added(a_new_event(conversation_id, log_location=HERE))


async def _inline_ids(storage: Storage, *, limit: int = 10) -> list[EventId]:
    async with storage.unit_of_work() as work:
        return [log.event_id for log in await work.events.inline_logs(limit=limit)]


async def _relocated(storage: Storage, event: ConversationEvent, *, to: str = THERE) -> bool:
    async with storage.unit_of_work() as work:
        relocated = await work.events.relocate(event.event_id, was=HERE, now_at=to)
        await work.commit()
    return relocated
