"""The service with its logs in S3, and ways to look where they lie."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import psycopg

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.running import Service, running_service
from tests.servers.databases import for_libpq
from tests.servers.object_store import Bucket

PATIENCE_SECONDS = 30
HASTY = {
    "LOG_STORE_TIMEOUT_SECONDS": "1",
    # A failed attempt is repeated after a second or so, for as long as it takes.
    "RETRY_BASE_HOURS": "0.0003",
    "RETRY_MAX_HOURS": "0.001",
    "MAX_RETRY_ATTEMPTS": "100",
}


@asynccontextmanager
async def service_with_logs_in(bucket: Bucket, database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, {**bucket.settings, **HASTY}) as service:
        yield service


async def post(service: Service, name: str, number: int = 10) -> list[str]:
    """The ids of this many conversations; every one was accepted."""
    ids = [f"conv_{name}_{each}" for each in range(number)]
    answers = await asyncio.gather(*(service.end(an_ended_conversation(each)) for each in ids))
    assert [answer.status_code for answer in answers] == [202] * number
    return ids


def places(service: Service) -> dict[str, str]:
    """Where the log of every conversation lies."""
    return dict(_rows(service, "SELECT conversation_id, log_location FROM conversation_events"))


def statuses(service: Service) -> dict[str, str]:
    return dict(_rows(service, "SELECT conversation_id, status FROM conversation_events"))


def inline(service: Service) -> int:
    """How many logs lie in the database."""
    return int(_rows(service, "SELECT 'logs', count(*)::text FROM conversation_logs")["logs"])


def tried_in_vain(service: Service) -> set[str]:
    """Conversations with an attempt that ended without a score."""
    outcomes = "SELECT conversation_id, outcome FROM attempts JOIN conversation_events USING (event_id)"
    return set(_rows(service, f"{outcomes} WHERE outcome IN ('FAILED', 'HANDED_BACK')"))


async def eventually(reached: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        if reached():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not reached within {PATIENCE_SECONDS} s")


def _rows(service: Service, query: str) -> Mapping[str, str]:
    with psycopg.connect(for_libpq(service.database_url), connect_timeout=10) as connection:
        return dict(connection.execute(query.encode()).fetchall())
