"""A database that goes away, and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.node import PrivatePostgres
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, running_service, unused, with_catalogue
from tests.servers.databases import for_sqlalchemy
from tests.servers.fixtures import PrivatePostgresFactory

# One statement, and once more connecting, which libpq gives two seconds.
LIMITS = {"DB_STATEMENT_TIMEOUT_MS": "1000", "DB_POOL_TIMEOUT": "2"}
BUDGET_SECONDS = 8.0
HEALTH_SECONDS = 2.0
SUGGESTION = 2  # its place among the answers of ``_everything``


@pytest.fixture
def node(private_postgres: PrivatePostgresFactory) -> PrivatePostgres:
    server = private_postgres()
    migrate(for_sqlalchemy(server.url))
    return server


@pytest.fixture
async def service(node: PrivatePostgres) -> AsyncIterator[Service]:
    async with running_service(for_sqlalchemy(node.url), LIMITS) as running:
        yield await with_catalogue(running)


async def test_without_a_database_callers_are_told_to_come_again(service: Service, node: PrivatePostgres) -> None:
    await service.end(an_ended_conversation())
    node.kill()

    answers = await asyncio.wait_for(_everything(service), BUDGET_SECONDS)

    suggestion = answers.pop(SUGGESTION)
    assert (suggestion.status_code, suggestion.json()["data"]["stale"]) == (200, True)
    for answer in answers:
        assert_problem(answer, 503, "DATABASE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) >= 1
        assert "127.0.0.1" not in answer.text


async def test_without_a_database_the_process_lives_and_says_how_it_is(service: Service, node: PrivatePostgres) -> None:
    node.kill()

    live, health = await asyncio.gather(service.http.get("/livez"), _timed_health(service))

    assert live.status_code == 200
    assert (health.status_code, health.json()["status"], health.json()["database"]) == (503, "down", "disconnected")
    await _until_not_ready(service)


async def test_a_frozen_database_holds_nobody_up(service: Service, node: PrivatePostgres) -> None:
    await service.end(an_ended_conversation())
    node.pause()
    try:
        answers = await asyncio.wait_for(_everything(service), BUDGET_SECONDS)
        health = await _timed_health(service)
        live = await service.http.get("/livez")
    finally:
        node.resume()

    suggestion = answers.pop(SUGGESTION)
    assert (suggestion.status_code, suggestion.json()["data"]["stale"]) == (200, True)
    assert {answer.status_code for answer in answers} == {503}
    assert (health.status_code, live.status_code) == (503, 200)
    await _until_accepted(service)


async def test_a_frozen_database_delays_suggestions_only_shortly(service: Service, node: PrivatePostgres) -> None:
    known = (await _suggest(service)).json()["data"]
    node.pause()
    try:
        answers = await asyncio.wait_for(asyncio.gather(*(_suggest(service) for _ in range(20))), BUDGET_SECONDS)
        after = await asyncio.wait_for(_suggest(service), HEALTH_SECONDS)
    finally:
        node.resume()

    assert {answer.status_code for answer in (*answers, after)} == {200}
    assert all(answer.json()["data"]["stale"] for answer in (*answers, after))
    assert "stale" not in known
    await _until_fresh(service)


async def test_the_service_recovers_without_a_restart(service: Service, node: PrivatePostgres) -> None:
    await service.end(an_ended_conversation())
    node.kill()
    await _everything(service)

    node.start()

    answers = await _everything(service)
    assert [answer.status_code for answer in answers] == [202, 200, 200, 404]
    assert (await _timed_health(service)).json()["status"] == "ok"
    await _until_ready(service)


async def test_the_first_calls_after_a_restart_do_not_fail(service: Service, node: PrivatePostgres) -> None:
    before = await asyncio.gather(*(service.end(an_ended_conversation(unused())) for _ in range(10)))
    assert {answer.status_code for answer in before} == {202}

    node.stop()
    node.start()

    after = await asyncio.gather(*(service.end(an_ended_conversation(unused())) for _ in range(10)))
    assert {answer.status_code for answer in after} == {202}
    assert service.stored()["conversation_events"] == 20


async def test_the_first_suggestion_after_a_crash_does_not_fail(service: Service, node: PrivatePostgres) -> None:
    await asyncio.gather(*(_suggest(service) for _ in range(5)))

    node.kill()
    node.start()

    assert (await _suggest(service)).status_code == 200


async def test_what_was_accepted_survives_a_crash(service: Service, node: PrivatePostgres) -> None:
    accepted = await service.end(an_ended_conversation())

    node.kill()
    node.start()

    shown = await service.http.get(accepted.headers["Location"], params={"include": "log"})
    assert shown.json()["data"]["log"]["utterances"] == len(shown.json()["data"]["conversation_log"]) == 2


async def _everything(service: Service) -> list[httpx.Response]:
    calls = (
        service.end(an_ended_conversation(unused())),
        service.http.get("/v1/conversations/conv_0001"),
        _suggest(service),
        service.http.get("/v1/friendship_status/somebody"),
    )
    return list(await asyncio.gather(*calls))


async def _suggest(service: Service) -> httpx.Response:
    return await service.http.post("/v1/activities/suggest", json={"user_id": "user_42"})


async def _timed_health(service: Service) -> httpx.Response:
    return await asyncio.wait_for(service.http.get("/v1/health"), HEALTH_SECONDS)


async def _until_ready(service: Service) -> None:
    await _until(service, 200)


async def _until_not_ready(service: Service) -> None:
    await _until(service, 503)


async def _until(service: Service, status: int) -> None:
    """Readiness is remembered for a second."""
    deadline = time.monotonic() + 10
    while (await service.http.get("/readyz")).status_code != status:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def _until_fresh(service: Service) -> None:
    """The database is left alone for some seconds after it failed."""
    deadline = time.monotonic() + 15
    while "stale" in (await _suggest(service)).json()["data"]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def _until_accepted(service: Service) -> None:
    deadline = time.monotonic() + 10
    while (await service.end(an_ended_conversation(unused()))).status_code != 202:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
