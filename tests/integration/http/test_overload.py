"""Sent away early when there is too much to do, and served again afterwards."""

import asyncio
from collections.abc import AsyncIterator

import httpx
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
        held_up = await _pool_filled(cramped, f"/v1/conversations/{known}")

        answers = [
            await cramped.http.get(f"/v1/conversations/{known}"),
            await cramped.http.post(f"/v1/friendship_status/calculate-score/{known}"),
        ]
        alive = await cramped.http.get("/livez")

    for answer in answers:
        assert_problem(answer, 503, "OVERLOADED")
        assert int(answer.headers["Retry-After"]) >= 1
    assert alive.status_code == 200
    assert {answer.status_code for answer in await asyncio.gather(*held_up)} in ({200}, {200, 503})
    assert (await cramped.end(an_ended_conversation(unused()))).status_code == 202


async def _pool_filled(service: Service, path: str) -> list[asyncio.Task[httpx.Response]]:
    """Those who ask until every connection is taken.

    What the process does by itself may have one for a moment, and whoever asks just then is sent away.
    """
    probe, held_up = service.container.database_probe(), list[asyncio.Task[httpx.Response]]()
    async with asyncio.timeout(30):
        while probe.pool().checked_out < CONNECTIONS:
            held_up.append(asyncio.create_task(service.http.get(path)))
            await asyncio.sleep(0.05)
    return held_up
