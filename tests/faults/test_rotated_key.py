"""The signing key is replaced over two running processes, as docs/secrets_rotation.md has it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.children import bearer
from tests.faults.backend import KEY, Backend
from tests.faults.forked import Forked, Nursery, nursery
from tests.faults.rolling import rolled
from tests.faults.settings import BRISK

pytestmark = pytest.mark.servers
NEW_KEY = "4d8f2a6c1e9b7035f4a8c2e6d0b19375"
WINDOW = {"SECRET_KEY": NEW_KEY, "SECRET_KEY_PREVIOUS": KEY}
AFTERWARDS = {"SECRET_KEY": NEW_KEY}


@pytest.fixture
def service(directory: Path, database_url: str) -> Iterator[Nursery]:
    with nursery(directory, {**BRISK, "DATABASE_URL": database_url}) as started:
        yield started


async def test_a_signing_key_is_rotated_while_nobody_is_refused(service: Nursery) -> None:
    running = [service.serve(), service.serve()]
    for process in running:
        await asyncio.to_thread(process.wait_until_up)
    async with Backend([process.url for process in running]) as backend:
        async with backend.under_load(robots=2):
            running = await rolled(service, running, WINDOW)
            backend.sign_with(NEW_KEY)
            assert await _answers(running, KEY) == [200, 200]
            assert await _answers(running, NEW_KEY) == [200, 200]
            running = await rolled(service, running, AFTERWARDS)

        assert await _answers(running, KEY) == [401, 401]
        assert await _answers(running, NEW_KEY) == [200, 200]
        # 503 and None: of a process that was stopping; another one was asked.
        assert {call.status for call in backend.calls} <= {202, 503, None}


async def test_after_a_theft_no_token_of_the_old_key_is_good(service: Nursery) -> None:
    running = [service.serve(), service.serve()]
    for process in running:
        await asyncio.to_thread(process.wait_until_up)
    assert await _answers(running, KEY) == [200, 200]

    running = await rolled(service, running, AFTERWARDS)

    assert await _answers(running, KEY) == [401, 401]
    assert await _answers(running, NEW_KEY) == [200, 200]


async def _answers(running: list[Forked], key: str) -> list[int]:
    async with httpx.AsyncClient(headers=bearer(key), trust_env=False, timeout=30) as caller:
        return [(await caller.get(f"{process.url}/v1/conversations")).status_code for process in running]
