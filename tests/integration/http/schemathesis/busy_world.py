"""What goes on while callers call: some conversations are scored, some fail, some wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg

from domain.identifiers import EventId
from tests.integration.http.failing import FAIL
from tests.integration.http.running import Service
from tests.servers.databases import for_libpq

PENDING = (
    "SELECT event_id, conversation_id FROM conversation_events WHERE status = 'PENDING' AND event_id % 4 < 3 LIMIT 50"
)
# A caller may have had it scored since it was found: then it is no longer ours to fail.
FAIL_PENDING = f"{FAIL} AND status = 'PENDING'"
SECONDS = 0.2


@asynccontextmanager
async def busy(service: Service) -> AsyncIterator[None]:
    """So that every operation finds something that it may be done to."""
    working = asyncio.create_task(_work_on(service))
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _work_on(service: Service) -> None:
    url = for_libpq(service.database_url)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10) as connection:
        while True:
            await asyncio.sleep(SECONDS)
            found = await connection.execute(PENDING)
            for event_id, conversation_id in await found.fetchall():
                if event_id % 4 == 0:
                    await service.container.calculate_score()(EventId(event_id))
                else:
                    await connection.execute(FAIL_PENDING.encode(), ("FAILED", "FAILED", conversation_id))
