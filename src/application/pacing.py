import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice

from domain.conversation_log import LogReader

# About a millisecond of work: other requests wait no longer than that behind a large log.
SLICE = 250


async def read_in_slices(reader: LogReader, items: Iterable[object]) -> None:
    """Reads a log of any length without holding up the event loop."""
    remaining: Iterator[object] = iter(items)
    while chunk := list(islice(remaining, SLICE)):
        reader.read(chunk)
        if len(chunk) == SLICE:
            await asyncio.sleep(0)
