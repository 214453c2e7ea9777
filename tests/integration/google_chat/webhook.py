"""A webhook on a real socket that behaves as it is told, one behaviour a request; the last one repeats."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from infrastructure.private_postgres.ports import LOOPBACK

HANG = "hang"
RESET = "reset"
TRICKLE = "trickle"
OK = 200
KEY = "webhook-key-canary"
# On close, send a reset instead of what is still to be sent.
LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True, kw_only=True)
class Webhook:
    behaviours: Sequence[int | str] = (OK,)
    retry_after: str | None = None
    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """Of all requests, whatever the answer was."""

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/v1/spaces/AAA/messages?key={KEY}&token={KEY}"

    @property
    def titles(self) -> list[str]:
        return [body["cardsV2"][0]["card"]["header"]["title"] for body in self.bodies]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            self.bodies.append(msgspec.json.decode(await reader.readexactly(length)))
            await self._behave(self.behaviours[min(len(self.bodies), len(self.behaviours)) - 1], writer)

    async def _behave(self, behaviour: int | str, writer: asyncio.StreamWriter) -> None:
        if behaviour == HANG:
            await asyncio.Event().wait()
        elif behaviour == RESET:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            writer.transport.abort()
        elif behaviour == TRICKLE:
            await _trickle(writer)
        else:
            retry = f"Retry-After: {self.retry_after}\r\n" if self.retry_after else ""
            writer.write(f"HTTP/1.1 {behaviour} X\r\n{retry}Content-Length: 2\r\n\r\n{{}}".encode())


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


async def _trickle(writer: asyncio.StreamWriter) -> None:
    """Header after header, and never the end of them."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


@asynccontextmanager
async def listening(webhook: Webhook) -> AsyncIterator[Webhook]:
    connections: list[asyncio.Task[None]] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(asyncio.create_task(_served(webhook, reader, writer)))

    server = await asyncio.start_server(connected, LOOPBACK, 0)
    webhook.port = server.sockets[0].getsockname()[1]
    try:
        yield webhook
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _served(webhook: Webhook, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await webhook.serve(reader, writer)
    except OSError:
        pass
    finally:
        writer.close()
