import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from entrypoints.bootstrap.container import Container
from entrypoints.http.app import create_app
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, a_container, running_service

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


async def test_health_tells_of_everything_the_contract_names(service: Service) -> None:
    answer = await service.http.get("/v1/health")

    told = answer.json()
    assert answer.status_code == 200
    assert told.keys() == {
        "status",
        "timestamp",
        "database",
        "cache",
        "queue",
        "version",
        "environment",
        "pool",
        "events",
        "breakers",
    }
    assert (told["status"], told["database"], told["queue"]) == ("ok", "connected", "embedded")
    assert (told["cache"], told["environment"]) == ("not_configured", "development")
    assert told["pool"].keys() == {"size", "checked_out", "overflow", "usage"}
    assert told["events"] == {"due": 0, "oldest_due_seconds": 0.0, "permanently_failed": 0}
    assert told["timestamp"].endswith("Z")


async def test_health_counts_what_is_due(service: Service) -> None:
    await service.end(an_ended_conversation())

    assert (await service.http.get("/api/v1/health")).json()["events"]["due"] == 1


async def test_a_broker_that_is_away_degrades(database_url: str) -> None:
    async with running_service(database_url, {"RABBITMQ_URL": "amqp://guest:guest@127.0.0.1:1/"}) as service:
        answer = await service.http.get("/v1/health")

    told = answer.json()
    assert (answer.status_code, told["status"], told["queue"]) == (200, "degraded", "disconnected")


async def test_a_redis_that_is_away_degrades(database_url: str) -> None:
    async with running_service(database_url, {"REDIS_URL": "redis://127.0.0.1:1/0"}) as service:
        answer = await service.http.get("/v1/health")

    told = answer.json()
    assert (answer.status_code, told["status"], told["cache"]) == (200, "degraded", "disconnected")


async def test_a_broker_that_answers_is_connected(database_url: str, rabbitmq_url: str) -> None:
    async with running_service(database_url, {"RABBITMQ_URL": rabbitmq_url}) as service:
        told = (await service.http.get("/v1/health")).json()

    assert (told["status"], told["queue"]) == ("ok", "connected")


async def test_a_database_that_was_never_there_does_not_keep_the_service_from_living() -> None:
    async with running_service(NOWHERE) as service:
        live, ready, health = await asyncio.gather(*map(service.http.get, ("/livez", "/readyz", "/v1/health")))

    assert (live.status_code, ready.status_code, health.status_code) == (200, 503, 503)
    told = health.json()
    assert (told["status"], told["database"], told["events"]) == ("down", "disconnected", None)


async def test_a_service_with_a_database_is_ready(service: Service) -> None:
    assert (await service.http.get("/readyz")).status_code == 200
    assert (await service.http.get("/livez")).status_code == 200


async def test_a_service_that_has_not_started_is_not_ready(database_url: str) -> None:
    async with _not_started(a_container(database_url)) as http:
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/livez")).status_code == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/favicon.ico", "/v1/conversations/a/b/c"])
async def test_a_route_nobody_knows_is_not_found(service: Service, path: str) -> None:
    assert_problem(await service.http.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/activities/suggest", "POST"),
        ("DELETE", "/v1/conversations/conv_0001", "GET"),
        ("POST", "/v1/health", "GET"),
        ("PUT", "/api/v1/conversations/end", "POST"),
    ],
)
async def test_a_wrong_method_is_told_the_right_one(service: Service, method: str, path: str, allowed: str) -> None:
    answer = await service.http.request(method, path)

    assert_problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert allowed in answer.headers["Allow"]


@asynccontextmanager
async def _not_started(container: Container) -> AsyncIterator[httpx.AsyncClient]:
    """Without the lifespan that a server would run first."""

    @asynccontextmanager
    async def never(_: Container) -> AsyncIterator[None]:
        raise AssertionError("nobody starts this")
        yield

    transport = httpx.ASGITransport(app=create_app(container, never))  # type: ignore[arg-type] # Litestar's own ASGI types
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        yield http
    await container.engine().dispose()
