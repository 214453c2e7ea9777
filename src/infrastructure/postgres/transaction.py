import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import CursorResult, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.errors import DependencyUnavailable
from infrastructure.postgres.deadline import deadline
from infrastructure.postgres.errors import translated
from infrastructure.postgres.tracing import tracing_of
from infrastructure.postgres.uncut import connected, to_its_end
from infrastructure.postgres.watch import watch_of

Parameters = Mapping[str, Any] | list[dict[str, Any]] | None


class Transaction:
    """One database transaction in which every call has a deadline.

    A connection that broke while it lay idle in the pool is noticed on the first statement, when nothing has
    happened yet, and replaced once; later a broken connection ends the transaction, and so does a deadline.
    """

    def __init__(self, engine: AsyncEngine, *, limit: timedelta, connect_limit: timedelta | None = None) -> None:
        """``connect_limit`` None: as long as the engine waits for its pool, or for the network."""
        self._engine = engine
        self._limit = limit
        self._connect_limit = connect_limit.total_seconds() if connect_limit else None
        self._connection: AsyncConnection | None = None
        self._watch = watch_of(engine)
        self.tracing = tracing_of(engine)
        self._untouched = True
        self._out_of_time = False

    async def execute(self, statement: Executable, parameters: Parameters = None) -> CursorResult[Any]:
        with self._translated():
            try:
                return await self._run(statement, parameters)
            except DBAPIError as error:
                if not (error.connection_invalidated and self._untouched) or self._out_of_time:
                    raise
                await self._reconnect()
                return await self._run(statement, parameters)
            finally:
                self._untouched = False

    async def commit(self) -> None:
        if self._connection is not None:
            with self._translated(), deadline(self._connection, self._limit), self.tracing.commit():
                await self._connection.commit()

    async def __aenter__(self) -> Self:
        with self._translated():
            self._connection = await self._connected()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            with self._translated():
                await to_its_end(self._give_back(self._connection))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with translated():
                yield
        except DependencyUnavailable as error:
            self._watch.failed(error)
            raise

    async def _run(self, statement: Executable, parameters: Parameters) -> CursorResult[Any]:
        connection = self._connection
        if connection is None:
            raise RuntimeError("the unit of work has not begun")
        with deadline(connection, self._limit) as end, self.tracing.statement():
            began, result = time.monotonic(), None
            try:
                result = await connection.execute(statement, parameters)
            finally:
                self._out_of_time = end.passed
                self._watch.ran(time.monotonic() - began, statement, answered=result is not None)
        return result

    async def _reconnect(self) -> None:
        broken, self._connection = self._connection, None  # there may be no new one to give back
        if broken is not None:
            await to_its_end(broken.close())
        self._connection = await self._connected()

    async def _connected(self) -> AsyncConnection:
        try:
            async with asyncio.timeout(self._connect_limit):
                return await connected(self._engine)
        except TimeoutError as error:
            raise DependencyUnavailable("no database connection in the time there is") from error

    async def _give_back(self, connection: AsyncConnection) -> None:
        """Rolls back what was not committed."""
        if connection.invalidated:
            await connection.close()
            return
        with deadline(connection, self._limit):
            await connection.close()
