"""Services that fail in front of the real one, or instead of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from infrastructure.private_postgres.ports import LOOPBACK


@dataclass(slots=True, kw_only=True)
class Scripted:
    """Answers each request with the next of ``script``, the last for ever; None: reads it, and hangs up."""

    script: Sequence[bytes | None]
    requests: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if (length := _length(head)) > 0:
            head += await reader.readexactly(length)
        self.requests.append(head)
        answer = self.script[min(len(self.requests), len(self.script)) - 1]
        if answer is not None:
            writer.write(answer)
        writer.close()


@asynccontextmanager
async def scripted(*script: bytes | None) -> AsyncIterator[Scripted]:
    service = Scripted(script=script)
    server = await asyncio.start_server(service.serve, LOOPBACK, 0)
    service.port = server.sockets[0].getsockname()[1]
    async with server:
        yield service


def an_answer(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
