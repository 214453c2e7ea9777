import asyncio
from collections import deque
from collections.abc import Iterator
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from application.errors import DependencyUnavailable, UserErased
from application.ports.conversation_intake import ConversationIntake
from domain.event import ConversationEvent, NewEvent
from infrastructure.postgres.event_insert import Arrival, insert_events
from infrastructure.postgres.transaction import Transaction

MAX_ROWS = 64
MAX_BYTES = 2 * 1024 * 1024
# Whoever has a larger log waits longer for the disk; nobody else is to wait with it.
LARGE_BYTES = 256 * 1024
MAX_WAITING = 2_000
# Two: while one batch waits for the disk, the next is sent.
MAX_BATCHES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    arrival: Arrival
    answer: asyncio.Future[ConversationEvent | None]
    context: Context = field(default_factory=copy_context)

    @property
    def size(self) -> int:
        return len(self.arrival.inline_log or b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchingConversationIntake(ConversationIntake):
    """Writes what arrives at the same time with one statement, and so with one commit ("group commit").

    A request alone is written at once. Under load, requests gather while the batches before them are written;
    a batch costs little more than a row. Whoever asks is answered when its own row is durable.
    """

    engine: AsyncEngine
    """In autocommit: the statement is the transaction."""
    limit: timedelta
    """For one statement, and for a whole ``accept``."""
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _writers: set[asyncio.Task[None]] = field(default_factory=set)

    async def accept(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        if len(self._waiting) >= MAX_WAITING:
            raise DependencyUnavailable("too many events wait to be written")
        arrival = Arrival(event=event, inline_log=inline_log)
        waiting = _Waiting(arrival=arrival, answer=asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if len(self._writers) < MAX_BATCHES:
            writer = asyncio.create_task(self._write_all())
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        try:
            async with asyncio.timeout(self.limit.total_seconds()):
                return await waiting.answer
        except TimeoutError as error:
            raise DependencyUnavailable("the database did not take the event in time") from error

    async def _write_all(self) -> None:
        while batch := list(self._next_batch()):
            # What is told of it belongs to the first request in it, and not to the one that woke the writer up.
            await asyncio.create_task(self._write(batch), context=batch[0].context)

    def _next_batch(self) -> Iterator[_Waiting]:
        """What waits, up to a number of rows and bytes; a large log goes alone, and rows with the same id go one batch
        after the other.
        """
        size, ids = 0, set[str]()
        while self._waiting and len(ids) < MAX_ROWS and size < MAX_BYTES:
            upcoming = self._waiting[0]
            if upcoming.arrival.event.conversation_id in ids or (ids and upcoming.size >= LARGE_BYTES):
                return
            waiting = self._waiting.popleft()
            if waiting.answer.cancelled():
                continue
            size += waiting.size
            ids.add(waiting.arrival.event.conversation_id)
            yield waiting
            if waiting.size >= LARGE_BYTES:
                return

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            async with Transaction(self.engine, limit=self.limit) as transaction:
                stored = await insert_events(transaction, [waiting.arrival for waiting in batch])
        except Exception as error:  # noqa: BLE001 - told to everybody who waits
            await self._blame(batch, error)
            return
        for waiting, event in zip(batch, stored, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(event, UserErased):
                waiting.answer.set_exception(event)
            else:
                waiting.answer.set_result(event)

    async def _blame(self, batch: list[_Waiting], error: Exception) -> None:
        """A row that the database refuses must not take its neighbours with it."""
        if len(batch) > 1 and not isinstance(error, DependencyUnavailable):
            for waiting in batch:
                await self._write([waiting])
            return
        for waiting in batch:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)
