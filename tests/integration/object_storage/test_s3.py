import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import uvloop

from application.errors import LogStoreUnavailable, LogUnavailable
from application.log_placement import LogPlacement
from application.ports.conversation_logs import ConversationLogs
from domain.identifiers import EventId
from infrastructure.object_storage.s3 import S3ConversationLogs
from infrastructure.system.clock import SystemClock
from tests.contracts.log_stores import s3_logs, s3_logs_at
from tests.contracts.storage import in_memory_storage
from tests.integration.object_storage.sockets import answering_by_the_byte, listening, never_answering
from tests.servers.object_store import PREFIX, Bucket, PrivateObjectStore

EVENT = EventId(1)
SHORT = timedelta(milliseconds=500)
SLACK = 0.5  # seconds, on a busy machine
A_LOG = "s3:2026/11/23/0a1b2c3d-0000-4000-8000-000000000000.zst"
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


async def test_a_log_lies_under_the_prefix_in_the_directory_of_its_day(bucket: Bucket) -> None:
    kept = await s3_logs(bucket).keep(b"log")

    key = kept.location.removeprefix("s3:")
    assert (bucket.directory / PREFIX / key).read_bytes() == b"log"
    assert key.startswith(f"{SystemClock().now():%Y/%m/%d}/")


async def test_what_others_put_into_the_bucket_is_not_listed(bucket: Bucket) -> None:
    logs = s3_logs(bucket)
    for name in ("notes.txt", f"{PREFIX}/backup.zst", f"{PREFIX}/2026/11/23/backup.zst"):
        (bucket.directory / name).parent.mkdir(parents=True, exist_ok=True)
        (bucket.directory / name).write_text("somebody's own")
    kept = await logs.keep(b"log")

    assert [location async for location in logs.listed(older_than=FAR_AHEAD)] == [kept.location]


async def test_a_missing_bucket_is_a_store_that_is_away_not_a_missing_log(object_store: PrivateObjectStore) -> None:
    logs = s3_logs_at(object_store.endpoint_url, bucket="no-such-bucket")

    await _is_away(logs)


async def test_wrong_keys_are_a_store_that_is_away(bucket: Bucket) -> None:
    await _is_away(s3_logs(bucket, secret="wrong"))


async def test_a_store_that_never_answers_is_given_up_in_time() -> None:
    async with listening(never_answering) as url:
        logs = s3_logs_at(url, limit=SHORT)
        for call in (logs.keep(b"x" * 3_000_000), logs.fetch(EVENT, A_LOG), logs.delete(A_LOG), _listed(logs)):
            async with _ending_in_time():
                with pytest.raises(LogStoreUnavailable):
                    await call


async def test_a_store_that_answers_by_the_byte_is_given_up_in_time() -> None:
    async with listening(answering_by_the_byte) as url, _ending_in_time():
        with pytest.raises(LogStoreUnavailable):
            await s3_logs_at(url, limit=SHORT).fetch(EVENT, A_LOG)


async def test_a_store_that_hangs_costs_one_deadline_not_one_for_every_log() -> None:
    async with listening(never_answering) as url:
        logs = _placed(s3_logs_at(url, limit=SHORT))

        async with _ending_in_time():
            kept = [await logs.keep(b"log") for _ in range(50)]

    assert [log.inline for log in kept] == [b"log"] * 50


async def test_requests_at_the_same_time_wait_for_one_deadline_at_most() -> None:
    async with listening(never_answering) as url:
        logs = _placed(s3_logs_at(url, limit=SHORT))

        async with _ending_in_time():
            kept = await asyncio.gather(*(logs.keep(b"log") for _ in range(50)))

    assert [log.inline for log in kept] == [b"log"] * 50


async def test_a_store_that_refuses_costs_nearly_nothing() -> None:
    logs = _placed(s3_logs_at("http://127.0.0.1:1", limit=SHORT))

    async with _ending_in_time():
        kept = await logs.keep(b"log")

    assert kept.inline == b"log"


async def test_a_request_that_is_cancelled_meanwhile_ends_at_once() -> None:
    async with listening(never_answering) as url:
        keeping = asyncio.create_task(s3_logs_at(url, limit=timedelta(seconds=30)).keep(b"log"))
        await asyncio.sleep(0.1)
        keeping.cancel()

        async with _ending_in_time():
            await asyncio.gather(keeping, return_exceptions=True)

    assert keeping.cancelled()


async def test_a_store_that_died_and_came_back_has_every_log_that_it_took(
    private_object_store: PrivateObjectStore,
) -> None:
    logs = s3_logs(private_object_store.new_bucket())
    kept = await logs.keep(b"log")

    private_object_store.kill()
    with pytest.raises(LogStoreUnavailable):
        await logs.fetch(EVENT, kept.location)
    private_object_store.start()

    assert await logs.fetch(EVENT, kept.location) == b"log"
    with pytest.raises(LogUnavailable):
        await logs.fetch(EVENT, A_LOG)


def test_it_works_on_the_event_loop_of_the_service(bucket: Bucket) -> None:
    async def there_and_back() -> bytes:
        logs = s3_logs(bucket)
        return await logs.fetch(EVENT, (await logs.keep(b"log")).location)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(there_and_back()) == b"log"


async def _is_away(logs: S3ConversationLogs) -> None:
    for call in (logs.keep(b"log"), logs.fetch(EVENT, A_LOG), logs.delete(A_LOG), _listed(logs)):
        with pytest.raises(LogStoreUnavailable):
            await call


async def _listed(logs: ConversationLogs) -> list[str]:
    return [location async for location in logs.listed(older_than=FAR_AHEAD)]


@asynccontextmanager
async def _ending_in_time() -> AsyncIterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < SHORT.total_seconds() + SLACK


def _placed(preferred: ConversationLogs) -> LogPlacement:
    return LogPlacement(
        stores={"memory": in_memory_storage().logs, "s3": preferred},
        preferred="s3",
        fallback="memory",
        clock=SystemClock(),
        pause=timedelta(seconds=5),
    )
