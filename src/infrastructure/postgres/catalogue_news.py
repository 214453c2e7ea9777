"""News of the catalogue by LISTEN, on a connection of its own.

SQLAlchemy knows no notifications; the driver's connection behind it does, and is asked through it. Nothing of the
driver is imported: what it raises is known by the name under which SQLAlchemy loaded it.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.errors import DependencyUnavailable
from application.ports.catalogue_news import CatalogueNews
from infrastructure.postgres.deadline import deadline
from infrastructure.postgres.errors import translated
from infrastructure.postgres.uncut import connected, to_its_end

CHANNEL = "context_handling_catalogue"
LISTEN = text(f"LISTEN {CHANNEL}")
ARE_YOU_THERE = text("SELECT 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresCatalogueNews(CatalogueNews):
    """Behind a pooler that shares sessions between clients nothing is heard; whoever follows must poll as well."""

    engine: AsyncEngine
    """Unpooled and in autocommit: the connection waits for as long as the process lives."""
    limit: timedelta
    """For every answer of the server."""
    silence: timedelta
    """How long nothing may be heard before the server is asked whether it is still there."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[None]]:
        with translated():
            connection = await connected(self.engine)
        try:
            await self._ask(connection, LISTEN)
            yield self._news(connection)
        finally:
            with translated():
                await to_its_end(connection.close())

    async def _news(self, connection: AsyncConnection) -> AsyncIterator[None]:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        yield
        while True:
            heard = False
            with self._driver_translated():
                # All that arrived together is one piece of news: there is only one latest version.
                async for _ in driver.notifies(timeout=self.silence.total_seconds(), stop_after=1):
                    heard = True
            if heard:
                yield
            else:
                await self._ask(connection, ARE_YOU_THERE)

    async def _ask(self, connection: AsyncConnection, question: Any) -> None:  # noqa: ANN401 - any statement
        with translated(), deadline(connection, self.limit):
            await connection.execute(question)

    @contextmanager
    def _driver_translated(self) -> Iterator[None]:
        try:
            yield
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise DependencyUnavailable("the connection that listens for news broke") from error
