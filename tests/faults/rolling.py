"""Processes that are restarted one after the other, as whoever rotates a secret does."""

import asyncio
from collections.abc import Mapping, Sequence

from tests.faults.backend import Backend
from tests.faults.forked import Forked, Nursery
from tests.faults.patience import until


async def started(service: Nursery, settings: Mapping[str, str]) -> list[Forked]:
    """Two of each, so that while one is restarted the other one works."""
    running = [service.serve(settings), service.serve(settings), service.consume(settings), service.consume(settings)]
    for process in running:
        await asyncio.to_thread(process.wait_until_up)
    return running


async def rolled(service: Nursery, running: Sequence[Forked], settings: Mapping[str, str]) -> list[Forked]:
    """Each with these settings, at the address of the one before."""
    successors = []
    for process in running:
        assert await asyncio.to_thread(process.stop) == 0
        successor = _successor(service, process, settings)
        await asyncio.to_thread(successor.wait_until_up)
        successors.append(successor)
    return successors


def _successor(service: Nursery, process: Forked, settings: Mapping[str, str]) -> Forked:
    if process.role == "serve":
        return service.serve(settings, port=process.port)
    return service.consume(settings)


def addresses(running: Sequence[Forked]) -> list[str]:
    return [process.url for process in running if process.role == "serve"]


async def assert_more_is_accepted(backend: Backend, *, number: int = 10) -> None:
    """That many more than now, while robots post."""
    before = len(backend.promises)
    assert await until(lambda: len(backend.promises) >= before + number), "nothing is accepted any more"
