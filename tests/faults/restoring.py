"""What an operator does with backups, and what must hold afterwards."""

import asyncio
from collections.abc import Mapping

from tests.end_to_end.program import Program
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import NO_CHANGE, Nursery
from tests.faults.patience import until


async def work_goes_on(
    brisk: Nursery, restored_url: str, backend: Backend, checker: Checker, *, settings: Mapping[str, str] = NO_CHANGE
) -> None:
    """What was accepted after the backup is gone: the backend reports from its own records again."""
    settings = {**settings, "DATABASE_URL": restored_url}
    api = brisk.serve(settings)
    brisk.consume(settings)
    await asyncio.to_thread(api.wait_until_up)
    async with Backend([api.url]) as replay:
        while len(replay.promises) < len(backend.promises):
            await replay.post_new(10)
        assert await until(lambda: not checker.unfinished(replay.promises))
        checker.assert_all_counted(replay.promises)
        checker.assert_kept({})


async def succeeding(operator: Program, *arguments: str, **settings: str) -> str:
    finished = await asyncio.to_thread(lambda: operator.run(*arguments, **settings))
    assert finished.code == 0, finished.err
    return finished.out
