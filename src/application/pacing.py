import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice

from domain.conversation_log import LogReader

# About a quarter of a millisecond of work. A request needs some ten turns of the event loop; behind a large log it
# waits so long for each of them.
SLICE = 50


async def read_in_slices(reader: LogReader, items: Iterable[object]) -> None:
    """Reads a log of any length without holding up the event loop."""
    remaining: Iterator[object] = iter(items)
    while chunk := list(islice(remaining, SLICE)):
        reader.read(chunk)
        if len(chunk) == SLICE:
            await asyncio.sleep(0)
