"""The HTTP application of this process, over a real database and behind real sockets."""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg

from application.use_cases.calculate_score import ScoringOutcome
from domain.identifiers import EventId
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.embedded import import_shipped_catalogue
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.http.app import create_app
from entrypoints.http.uvicorn_server import serving_http
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from tests.servers.databases import for_libpq

JSON = {"Content-Type": "application/json"}
TABLES = ("conversation_events", "conversation_logs", "attempts", "friendships", "topic_metrics", "score_ledger")
Lifespan = Callable[[Container], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    container: Container
    http: httpx.AsyncClient
    port: int
    database_url: str

    async def end(self, body: object, *, prefix: str = "/v1") -> httpx.Response:
        return await self.http.post(f"{prefix}/conversations/end", json=body)

    async def send(self, content: bytes, path: str = "/v1/conversations/end") -> httpx.Response:
        return await self.http.post(path, content=content, headers=JSON)

    async def score(self, event_id: int) -> None:
        """What a consumer would do."""
        assert await self.container.calculate_score()(EventId(event_id)) is ScoringOutcome.PROCESSED

    def stored(self) -> dict[str, int]:
        """Rows per table, of the tables that hold any."""
        with psycopg.connect(for_libpq(self.database_url), connect_timeout=10) as connection:
            numbers = {table: _rows(connection, table) for table in TABLES}
        return {table: number for table, number in numbers.items() if number}


def _rows(connection: psycopg.Connection[Any], table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608 - our own names
    return int(found[0]) if found else 0


def a_container(database_url: str, settings: Mapping[str, str] | None = None) -> Container:
    modest = {"DB_POOL_SIZE": "5", "DB_MAX_OVERFLOW": "5", **(settings or {})}
    return Container(settings=read_settings(modest), database_url=database_url)


@asynccontextmanager
async def running_service(
    database_url: str,
    settings: Mapping[str, str] | None = None,
    *,
    container: Container | None = None,
    lifespan: Lifespan = opened,
) -> AsyncIterator[Service]:
    container = container or a_container(database_url, settings)
    port = free_port()
    base_url = f"http://{LOOPBACK}:{port}"
    async with (
        serving_http(create_app(container, lifespan), host=LOOPBACK, port=port),
        httpx.AsyncClient(base_url=base_url, timeout=30) as http,
    ):
        yield Service(container=container, http=http, port=port, database_url=database_url)


async def with_catalogue(service: Service) -> Service:
    """The shipped one."""
    await import_shipped_catalogue(service.container)
    await service.container.catalogue().refresh()
    return service


def unused(name: str = "conv") -> str:
    return f"{name}_{uuid.uuid4().hex[:12]}"
