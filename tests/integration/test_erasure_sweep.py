import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from application.use_cases.record_conversation_end import RecordConversationEndCommand
from entrypoints.bootstrap.container import Container
from entrypoints.consumer.erasure_sweep import erasure_sweep
from tests.examples import USER, a_reported_conversation
from tests.integration.http.running import a_container

SAID = [{"speaker": "user", "text": "Hi!"}]


@pytest.fixture
async def container(database_url: str, tmp_path: Path) -> AsyncIterator[Container]:
    """With logs in files."""
    built = a_container(database_url, {"LOG_STORE_URL": tmp_path.as_uri()})
    yield built
    await built.engine().dispose()


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


async def _deletions_left(container: Container) -> int:
    async with container.engine().connect() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM log_deletions"))).scalar_one())


async def _record(container: Container) -> None:
    command = RecordConversationEndCommand(reported=a_reported_conversation(), log_items=SAID)
    await container.record_conversation_end()(command)


async def test_an_erasure_deletes_files_at_once(container: Container, tmp_path: Path) -> None:
    await _record(container)
    assert len(_files(tmp_path)) == 1

    receipt = await container.erase_user()(USER)

    assert (receipt.numbers.logs, receipt.logs_pending) == (1, 0)
    assert _files(tmp_path) == []


async def test_what_an_erasure_that_was_killed_left_behind_is_deleted_by_the_consumers(
    container: Container, tmp_path: Path
) -> None:
    await _record(container)
    async with container.unit_of_work()() as work:
        await work.erasures.remove(USER, logs_due_at=container.clock().now())
        await work.commit()

    async with erasure_sweep(container, every=timedelta(milliseconds=10)), asyncio.timeout(10):
        while await _deletions_left(container):  # noqa: ASYNC110 - a sweep tells nobody
            await asyncio.sleep(0.01)

    assert _files(tmp_path) == []
