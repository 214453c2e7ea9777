import asyncio
import socket
from typing import NamedTuple, Protocol, cast

from benchmarks.response import ResponseError, ResponseParser

# A 45 KB request then leaves in one system call.
_SEND_BUFFER_BYTES = 262_144


class Pending(NamedTuple):
    """A request that was due at ``due`` (seconds of ``time.perf_counter``)."""

    due: float
    stream: int


class ConnectionOwner(Protocol):
    def answered(self, connection: "Connection", request: Pending, status: int) -> None: ...

    def lost(self, connection: "Connection", request: Pending | None, kind: str) -> None:
        """The connection is gone; ``request`` is the one that gets no answer."""


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    def __init__(self, owner: ConnectionOwner) -> None:
        self._owner = owner
        self._parser = ResponseParser()
        self._transport: asyncio.Transport | None = None
        self._failure = "disconnected"
        self.request: Pending | None = None
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)

    def send(self, request: Pending, payload: bytes, now: float) -> None:
        self.request = request
        self.sent_at = now
        if self._transport is not None:
            self._transport.write(payload)

    def data_received(self, data: bytes) -> None:
        try:
            for answer in self._parser.feed(data):
                self._answered(answer.status, closes=answer.closes)
        except ResponseError:
            self.abort("bad response")

    def _answered(self, status: int, *, closes: bool) -> None:
        request, self.request = self.request, None
        if request is None:
            raise ResponseError("an answer that nobody asked for")
        if closes:
            self.close()
        self._owner.answered(self, request, status)

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self, kind: str) -> None:
        self._failure = kind
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # asyncio's signature
        request, self.request = self.request, None
        self._owner.lost(self, request, self._failure)
