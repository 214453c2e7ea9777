"""HTTP inside a process that does other things too: the embedded mode, and tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar.types import ASGIApp

from entrypoints.http.bounded_head import BoundedHead

KEEP_ALIVE_SECONDS = 55
BACKLOG = 2048
GRACEFUL_STOP_SECONDS = 20


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, which has more to stop than this server."""
        yield


@asynccontextmanager
async def serving_http(app: ASGIApp, *, host: str, port: int) -> AsyncIterator[None]:
    """Accepts connections when entered; finishes requests in flight when left. Raises OSError for a port in use."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedHead,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_STOP_SECONDS,
    )
    server = _Server(config)
    # Bound here: the server itself would end the process when the port is taken.
    listener = socket.create_server((host, port), backlog=BACKLOG)
    # Inherited by every connection; asyncio's own way overlooks sockets made like this, and each answer waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not (server.started or serving.done()):  # noqa: ASYNC110 - it offers no event to wait for
            await asyncio.sleep(0.01)
        if serving.done():
            raise RuntimeError("the HTTP server ended before it had started")
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
