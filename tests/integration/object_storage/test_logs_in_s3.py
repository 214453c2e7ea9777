import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from application.use_cases.collect_orphaned_logs import CollectOrphanedLogs
from domain.identifiers import EventId
from entrypoints.consumer.consuming import consuming
from entrypoints.consumer.maintenance import maintaining
from infrastructure.in_memory.clock import FakeClock
from tests.integration.http.running import Service, running_service
from tests.integration.object_storage.logs_in_s3 import (
    eventually,
    inline,
    places,
    post,
    service_with_logs_in,
    statuses,
    tried_in_vain,
)
from tests.servers.object_store import Bucket, PrivateObjectStore

SOON = timedelta(milliseconds=100)
LEASE = timedelta(minutes=1)


@pytest.fixture
def breakable_bucket(private_object_store: PrivateObjectStore) -> Bucket:
    return private_object_store.new_bucket()


@pytest.fixture
async def service(bucket: Bucket, database_url: str) -> AsyncIterator[Service]:
    async with service_with_logs_in(bucket, database_url) as running:
        yield running


async def test_every_post_is_accepted_and_scored_although_the_store_dies_in_between(
    private_object_store: PrivateObjectStore, breakable_bucket: Bucket, database_url: str
) -> None:
    async with service_with_logs_in(breakable_bucket, database_url) as service:
        before = await post(service, "before")
        private_object_store.kill()
        async with consuming(service.container):
            meanwhile = await post(service, "meanwhile")
            await eventually(lambda: all(statuses(service)[each] == "PROCESSED" for each in meanwhile))
            await eventually(lambda: tried_in_vain(service) >= set(before))
            private_object_store.start()
            after = await post(service, "after")
            await eventually(lambda: set(statuses(service).values()) == {"PROCESSED"})
        async with maintaining(service.container, move_every=SOON):
            await eventually(lambda: not inline(service))

        assert set(places(service)) == {*before, *meanwhile, *after}
        assert set(places(service).values()) == breakable_bucket.locations
        for each in (*before, *meanwhile, *after):
            shown = await service.http.get(f"/v1/conversations/{each}", params={"include": "log"})
            assert len(shown.json()["data"]["conversation_log"]) == 2


async def test_logs_lie_in_the_store_and_not_in_the_database(service: Service, bucket: Bucket) -> None:
    await post(service, "conv", 3)

    assert len(bucket.locations) == 3
    assert set(places(service).values()) == bucket.locations
    assert inline(service) == 0


async def test_a_log_that_cannot_be_read_now_is_told_so(
    private_object_store: PrivateObjectStore, breakable_bucket: Bucket, database_url: str
) -> None:
    async with service_with_logs_in(breakable_bucket, database_url) as service:
        (one,) = await post(service, "conv", 1)
        private_object_store.kill()

        answer = await service.http.get(f"/v1/conversations/{one}", params={"include": "log"})

    assert (answer.status_code, answer.json()["error_code"]) == (503, "LOG_UNAVAILABLE")
    assert answer.headers["Retry-After"]


async def test_any_number_of_movers_at_once_move_every_log_once(
    service: Service, bucket: Bucket, database_url: str
) -> None:
    await _posted_into_the_database(database_url, 40)

    moved = await asyncio.gather(*(_move_all(service) for _ in range(4)))

    assert sum(moved) == 40
    assert inline(service) == 0
    assert set(places(service).values()) == bucket.locations


async def test_a_worker_finds_its_log_whatever_the_movers_do(service: Service, database_url: str) -> None:
    await _posted_into_the_database(database_url, 40)
    moving = [asyncio.create_task(_move_all(service)) for _ in range(3)]

    found = [await _claimed_log(service, EventId(each)) for each in range(40, 0, -1)]

    await asyncio.gather(*moving)
    assert all(found)


async def test_orphans_are_deleted_and_the_logs_of_events_are_not(service: Service, bucket: Bucket) -> None:
    await post(service, "conv", 3)
    orphans = {(await service.container.logs().keep(b"orphan")).location for _ in range(4)}

    assert await service.container.collect_orphaned_logs()() == 0
    assert await _collecting_later(service)() == 4

    assert set(places(service).values()) == bucket.locations
    assert not orphans & bucket.locations


async def test_maintenance_is_done_in_the_background(service: Service, bucket: Bucket, database_url: str) -> None:
    await _posted_into_the_database(database_url, 30)
    orphan = (await service.container.logs().keep(b"orphan")).location
    service.container.clock.override(FakeClock(service.container.clock().now() + timedelta(hours=2)))

    async with maintaining(service.container, move_every=SOON, collect_every=SOON):
        await eventually(lambda: not inline(service))
        await eventually(lambda: orphan not in bucket.locations)

    assert set(places(service).values()) == bucket.locations


async def test_without_a_store_no_log_is_moved_or_collected(database_url: str) -> None:
    async with running_service(database_url) as service:
        before = asyncio.all_tasks()
        async with maintaining(service.container):
            assert [task.get_name() for task in asyncio.all_tasks() - before] == ["forget old offers"]


async def test_logs_are_found_after_a_switch_back_to_the_database(
    service: Service, bucket: Bucket, database_url: str
) -> None:
    (one,) = await post(service, "conv", 1)
    settings = bucket.settings
    settings["LOG_STORE_URL_PREVIOUS"] = settings.pop("LOG_STORE_URL")

    async with running_service(database_url, settings) as switched:
        (other,) = await post(switched, "other", 1)
        shown = [
            await switched.http.get(f"/v1/conversations/{each}", params={"include": "log"}) for each in (one, other)
        ]

    assert [answer.status_code for answer in shown] == [200, 200]
    assert places(service)[other] == "postgres:"


async def _posted_into_the_database(database_url: str, number: int) -> None:
    async with running_service(database_url) as without_store:
        await post(without_store, "inline", number)


async def _move_all(service: Service) -> int:
    total, move = 0, service.container.move_logs()
    while inline(service):
        total += await move()
    return total


async def _claimed_log(service: Service, event_id: EventId) -> bytes:
    """What a worker does first."""
    async with service.container.unit_of_work()() as work:
        now = service.container.clock().now()
        event = await work.events.claim(event_id, worker="worker", now=now, lease=LEASE)
        await work.commit()
    assert event is not None
    log = await service.container.logs().fetch(event_id, event.log_location)
    async with service.container.unit_of_work()() as work:
        await work.events.save(event.handed_back(now=now), ended_at=now)
        await work.commit()
    return log


def _collecting_later(service: Service) -> CollectOrphanedLogs:
    collecting = service.container.collect_orphaned_logs()
    return replace(collecting, clock=FakeClock(service.container.clock().now() + collecting.min_age * 2))
