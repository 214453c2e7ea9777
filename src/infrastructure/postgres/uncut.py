"""Steps that a cancelled caller must not cut off.

A driver that is cancelled while it connects, or while it gives a connection back, leaves an open connection that
belongs to nobody until the garbage collector finds it, which may be never.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# The loop holds tasks weakly.
_under_way: set[asyncio.Task[Any]] = set()


async def connected(engine: AsyncEngine) -> AsyncConnection:
    """A cancelled caller leaves at once; the connection that it does not wait for goes back to the pool."""
    task = _begun(_connect(engine))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_give_back)
        raise


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """A cancelled caller leaves at once; the work goes on."""
    task = _begun(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_nobody_asks)
        raise


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    return await engine.connect()


def _begun(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    task = asyncio.create_task(work)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    return task


def _give_back(task: asyncio.Task[AsyncConnection]) -> None:
    if not task.cancelled() and task.exception() is None:
        _begun(task.result().close()).add_done_callback(_nobody_asks)


def _nobody_asks(task: asyncio.Task[Any]) -> None:
    """What it still raises was of interest to the one who left."""
    if not task.cancelled():
        task.exception()
