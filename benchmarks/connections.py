import asyncio
from collections import deque
from collections.abc import Callable

from benchmarks.connection import Connection, ConnectionOwner

_RETRY_SECONDS = 0.1


class Connections:
    """A fixed number of connections, each opened again when it is lost, handed out in turn."""

    def __init__(self, *, port: int, size: int, owner: ConnectionOwner, on_refused: Callable[[], None]) -> None:
        self._port = port
        self._size = size
        self._owner = owner
        self._on_refused = on_refused
        self._idle: deque[Connection] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.open: set[Connection] = set()

    async def start(self) -> None:
        """Opens them all; a service that refuses now is an error, not a result."""
        for _ in range(self._size):
            await self._open()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self._owner), "127.0.0.1", self._port)
        self.open.add(connection)
        self._idle.append(connection)

    def take(self) -> Connection | None:
        while self._idle:
            connection = self._idle.popleft()
            if connection.is_open:
                return connection
        return None

    def give_back(self, connection: Connection) -> None:
        if connection.is_open:
            self._idle.append(connection)

    def replace(self, lost: Connection, when_open: Callable[[], None]) -> None:
        self.open.discard(lost)
        if not self._closing:
            task = asyncio.get_running_loop().create_task(self._reopen(when_open))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _reopen(self, when_open: Callable[[], None]) -> None:
        while not self._closing:
            try:
                await self._open()
            except OSError:
                self._on_refused()
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                when_open()
                return

    def close(self) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        for connection in self.open:
            connection.close()
