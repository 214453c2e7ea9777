"""Ways in which an answer does not arrive."""

import asyncio
import socket
import struct
from contextlib import suppress
from itertools import repeat

from entrypoints.fake_services.http_message import Answer

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
NEVER_ENDING = {"Content-Length": str(1 << 40)}
UNTIL_CLOSED = {"Connection": "close"}
BLOCK = b" " * 65_536


async def hang_up_awaited(reader: asyncio.StreamReader) -> None:
    """Until the caller has gone. Whatever it still says is thrown away."""
    with suppress(ConnectionError):
        while await reader.read(len(BLOCK)):
            pass


def reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()


async def cut(writer: asyncio.StreamWriter, answer: Answer) -> None:
    wire = answer.wire()
    writer.write(wire[: -len(answer.body) // 2])
    await writer.drain()
    # What is reset at once may never be seen to have begun.
    await asyncio.sleep(0.01)
    reset(writer)


async def trickle(writer: asyncio.StreamWriter, answer: Answer, *, every: float) -> None:
    """White space before a document that never comes: nothing is wrong with any byte of it."""
    writer.write(answer.head(NEVER_ENDING))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(every)


async def pour(writer: asyncio.StreamWriter, answer: Answer, *, length: int) -> None:
    """The honest answer behind so much white space; where it ends is not told before."""
    writer.write(answer.head(UNTIL_CLOSED))
    for block in repeat(BLOCK, length // len(BLOCK) + 1):
        writer.write(block)
        await writer.drain()
    writer.write(answer.body)
    await writer.drain()
