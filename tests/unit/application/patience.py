import asyncio
from collections.abc import Callable

GUARD_SECONDS = 10
A_MOMENT_SECONDS = 0.001


async def until(condition: Callable[[], bool]) -> None:
    """For what happens in the background; ends in a TimeoutError if it never does."""
    async with asyncio.timeout(GUARD_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event to tell it
            await asyncio.sleep(A_MOMENT_SECONDS)
