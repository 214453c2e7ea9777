"""Sent away early when there is too much to do, and served again afterwards."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, running_service, unused
from tests.servers.databases import for_libpq

CONNECTIONS = 2
SMALL_POOL = {"DB_POOL_SIZE": "1", "DB_MAX_OVERFLOW": "1", "DB_STATEMENT_TIMEOUT_MS": "60000"}


@pytest.fixture
async def cramped(database_url: str) -> AsyncIterator[Service]:
    """With two connections to its database."""
    async with running_service(database_url, SMALL_POOL) as running:
        yield running


async def test_while_the_pool_is_full_requests_are_sent_away_and_probes_are_not(cramped: Service) -> None:
    known = unused()
    assert (await cramped.end(an_ended_conversation(known))).status_code == 202
    with psycopg.connect(for_libpq(cramped.database_url), connect_timeout=10) as locking:
        locking.execute("LOCK TABLE conversation_events IN ACCESS EXCLUSIVE MODE")
        held_up = [asyncio.create_task(cramped.http.get(f"/v1/conversations/{known}")) for _ in range(2)]
        await _until_full(cramped)

        answers = [
            await cramped.http.get(f"/v1/conversations/{known}"),
            await cramped.http.post(f"/v1/friendship_status/calculate-score/{known}"),
        ]
        alive = await cramped.http.get("/livez")

    for answer in answers:
        assert_problem(answer, 503, "OVERLOADED")
        assert int(answer.headers["Retry-After"]) >= 1
    assert alive.status_code == 200
    # What the process does by itself may have had the second connection.
    assert [answer.status_code for answer in await asyncio.gather(*held_up)] in ([200, 200], [200, 503], [503, 200])
    assert (await cramped.end(an_ended_conversation(unused()))).status_code == 202


async def _until_full(service: Service) -> None:
    probe = service.container.database_probe()
    async with asyncio.timeout(30):
        while probe.pool().checked_out < CONNECTIONS:  # noqa: ASYNC110 - a pool tells nobody
            await asyncio.sleep(0.01)
