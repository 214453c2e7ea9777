"""A program with the commands of the service and nothing behind them: ``python stand_in.py migrate|serve|consume``."""

import asyncio
import os
import sys

_HEAD_END = b"\r\n\r\n"


class StandIn(asyncio.Protocol):
    """Answers 202 to accept, 200 to everything else, once the whole body has come."""

    def __init__(self) -> None:
        self._transport: asyncio.BaseTransport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(_HEAD_END)
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if found and len(body) >= length:
            self._received = b""
            self.answer(202 if b"/conversations/end " in head else 200)

    def answer(self, status: int) -> None:
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.write(b"HTTP/1.1 %d Fine\r\nContent-Length: 2\r\n\r\n{}" % status)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(StandIn, "127.0.0.1", int(os.environ["API_PORT"]))
    await server.serve_forever()


async def _consume() -> None:
    await asyncio.Event().wait()


if __name__ == "__main__" and sys.argv[1] not in ("migrate", "catalogue"):
    asyncio.run(_serve() if sys.argv[1] == "serve" else _consume())
