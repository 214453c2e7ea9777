"""A TCP proxy that misbehaves when it is told to."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any, Self

from infrastructure.private_postgres.ports import LOOPBACK, free_port

_CHUNK = 65_536
_SECONDS = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Way(StrEnum):
    """The client is whoever connected to the proxy."""

    TO_SERVER = auto()
    TO_CLIENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """``swallows``: the peer seems to be there, takes everything and never says a word. ``cut_after``: bytes that
    each connection passes from now on before it is reset; in the ways named by ``ways``, like the delay.
    """

    delay: float = 0.0
    swallows: bool = False
    cut_after: int | None = None
    ways: frozenset[Way] = frozenset(Way)


@dataclass(slots=True, eq=False, kw_only=True)
class _Link:
    writers: list[asyncio.StreamWriter]
    passed: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))
    incomplete: bool = False
    """Bytes were swallowed: it can never work again."""

    def reset(self) -> None:
        for writer in self.writers:
            connection = writer.get_extra_info("socket")
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()


class FaultProxy:
    """Stands before ``port`` at a port of its own, and is transparent until told otherwise.

    It turns in a thread of its own, so that a test may block. Every method returns when its fault is in force.
    """

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self._target = port
        self._behaviour = Behaviour()
        self._links: set[_Link] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy of port {port}", daemon=True)

    @property
    def connections(self) -> int:
        return len(self._links)

    def slow_down(self, seconds: float, *ways: Way) -> None:
        """Every piece arrives this much later."""
        self._become(Behaviour(delay=seconds, ways=frozenset(ways or Way)))

    def swallow(self) -> None:
        """Half open: connections are accepted and stay, and nothing comes through."""
        self._become(Behaviour(swallows=True))

    def cut_after(self, number: int, *ways: Way) -> None:
        """Each connection is reset when so many more bytes have passed."""
        self._become(Behaviour(cut_after=number, ways=frozenset(ways or Way)))

    def reset(self) -> None:
        """Every connection there is; new ones are welcome."""
        self._in_loop(self._reset_all)

    def refuse(self) -> None:
        """Nobody listens any more, and every connection is reset."""
        self._in_loop(self._close_door)

    def heal(self) -> None:
        """Transparent again. What lost bytes meanwhile is reset, as by a peer that has forgotten it."""
        self._become(Behaviour())
        self._in_loop(self._drop_incomplete)
        if self._server is None:
            self._await(self._open_door())

    def __enter__(self) -> Self:
        self._thread.start()
        self._await(self._open_door())
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()
        self._await(self._settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def _become(self, behaviour: Behaviour) -> None:
        def change() -> None:
            self._behaviour = behaviour
            for link in self._links:
                link.passed = dict.fromkeys(Way, 0)

        self._in_loop(change)

    def _in_loop(self, act: Callable[[], None]) -> None:
        done: Future[None] = Future()

        def run() -> None:
            act()
            done.set_result(None)

        self._loop.call_soon_threadsafe(run)
        done.result(_SECONDS)

    def _await(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)

    async def _open_door(self) -> None:
        self._server = await asyncio.start_server(self._welcome, LOOPBACK, self.port)

    def _close_door(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._reset_all()

    async def _settle(self) -> None:
        if self._pumps:
            await asyncio.wait(self._pumps, timeout=_SECONDS / 2)

    def _reset_all(self) -> None:
        for link in tuple(self._links):
            link.reset()

    def _drop_incomplete(self) -> None:
        for link in tuple(self._links):
            if link.incomplete:
                link.reset()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writers=[writer], incomplete=self._behaviour.swallows)
        self._links.add(link)
        task = asyncio.current_task()
        if task is not None:
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)
        try:
            await self._connect(link, reader, writer)
        except OSError:
            link.reset()
        finally:
            link.reset()
            self._links.discard(link)

    async def _connect(self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if link.incomplete:  # nobody is there: the connection exists on this side only
            while await reader.read(_CHUNK):
                pass
            return
        server_reader, server_writer = await asyncio.open_connection(LOOPBACK, self._target)
        link.writers.append(server_writer)
        await asyncio.gather(
            self._pump(link, Way.TO_SERVER, reader, server_writer),
            self._pump(link, Way.TO_CLIENT, server_reader, writer),
        )

    async def _pump(self, link: _Link, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            behaviour = self._behaviour
            if behaviour.swallows:
                link.incomplete = True
                continue
            if behaviour.delay and way in behaviour.ways:
                await asyncio.sleep(behaviour.delay)
            if not self._passes(link, way, data, writer):
                return
            await writer.drain()
        if not link.incomplete:
            with suppress(OSError, RuntimeError):
                writer.write_eof()

    def _passes(self, link: _Link, way: Way, data: bytes, writer: asyncio.StreamWriter) -> bool:
        behaviour = self._behaviour
        left = len(data)
        if behaviour.cut_after is not None and way in behaviour.ways:
            left = max(behaviour.cut_after - link.passed[way], 0)
            link.passed[way] += len(data)
        writer.write(data[:left])
        if left >= len(data):
            return True
        link.reset()
        return False
