"""Waiting for what other processes do; always with a limit."""

import asyncio
import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.05


async def until(reached: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether it was reached in time. It is asked in a thread, for it may ask a server."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(reached):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True
