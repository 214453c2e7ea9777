"""The little HTTP that a consumer speaks: how it is, for whoever watches over it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog

log = structlog.get_logger("metrics")
MAX_HEAD_BYTES = 8 * 1024
LIMIT_SECONDS = 5.0
MAX_CALLERS = 16
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """One request a connection, answered within a few seconds or not at all."""

    metrics: Callable[[], Awaitable[bytes]]
    callers: set[asyncio.Task[None]] = field(default_factory=set)

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self.callers) >= MAX_CALLERS:
            writer.close()
            return
        self.callers.add(task)
        task.add_done_callback(self.callers.discard)
        try:
            with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, asyncio.CancelledError):
                async with asyncio.timeout(LIMIT_SECONDS):
                    await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, _, rest = head.partition(b" ")
        status, body = await self._answer_to(method, rest.split(b" ")[0].partition(b"?")[0])
        writer.write(_head(status, len(body)) + (b"" if method == b"HEAD" else body))
        await writer.drain()

    async def _answer_to(self, method: bytes, path: bytes) -> tuple[HTTPStatus, bytes]:
        if method not in (b"GET", b"HEAD"):
            return HTTPStatus.METHOD_NOT_ALLOWED, b""
        match path:
            case b"/metrics":
                return HTTPStatus.OK, await self.metrics()
            case b"/livez":
                return HTTPStatus.OK, b"alive\n"
            case _:
                return HTTPStatus.NOT_FOUND, b""

    async def show_out(self) -> None:
        for task in self.callers:
            task.cancel()
        await asyncio.gather(*self.callers, return_exceptions=True)


def _head(status: HTTPStatus, length: int) -> bytes:
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {length}",
        *(("Allow: GET, HEAD",) if status is HTTPStatus.METHOD_NOT_ALLOWED else ()),
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode()


@asynccontextmanager
async def serving_metrics(metrics: Callable[[], Awaitable[bytes]], *, host: str, port: int) -> AsyncIterator[None]:
    """Answers at /metrics and /livez. A port that is taken keeps nobody from scoring: it is told, and that is all."""
    door = _Door(metrics=metrics)
    try:
        server = await asyncio.start_server(door.welcome, host, port, limit=MAX_HEAD_BYTES)
    except OSError as error:
        log.warning("nobody can ask for the metrics", host=host, port=port, reason=error.strerror)
        yield
        return
    try:
        yield
    finally:
        server.close()
        await door.show_out()
