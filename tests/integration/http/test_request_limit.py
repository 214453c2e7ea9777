"""The longest that a request may take; everything that it waits for has a shorter limit of its own."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.show_friendship import ShowFriendship
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.unit_of_work import InMemoryUnitOfWork
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, a_container, running_service

SLOW = "/v1/friendship_status/user_42"
SHORT = {"REQUEST_TIMEOUT_SECONDS": "0.3"}


class _NeverItsTurn(UnitOfWorkFactory):
    def __init__(self, held: asyncio.Lock) -> None:
        self._held = held

    def __call__(self) -> UnitOfWork:
        return InMemoryUnitOfWork(InMemoryDatabase(), self._held)


@pytest.fixture
async def hanging(database_url: str) -> AsyncIterator[Service]:
    container, held = a_container(database_url, SHORT), asyncio.Lock()
    await held.acquire()
    container.show_friendship.override(ShowFriendship(unit_of_work=_NeverItsTurn(held), clock=container.clock()))
    async with running_service(database_url, container=container) as service:
        yield service


async def test_a_request_that_takes_too_long_is_ended_and_told_to_come_again(hanging: Service) -> None:
    with capture_logs() as lines:
        answer = await hanging.http.get(SLOW)

    assert_problem(answer, 503, "OVERLOADED")
    assert int(answer.headers["Retry-After"]) >= 1
    assert [line["log_level"] for line in lines if "too long" in line["event"]] == ["warning"]


async def test_others_are_answered_meanwhile_and_the_connection_goes_on(hanging: Service) -> None:
    slow = asyncio.create_task(hanging.http.get(SLOW))

    assert (await hanging.http.get("/livez")).status_code == 200
    assert (await hanging.end(an_ended_conversation())).status_code == 202
    assert (await slow).status_code == 503
    assert (await hanging.http.get("/v1/conversations")).status_code == 200


def test_the_ladder_of_limits_has_the_database_below_the_request() -> None:
    settings = a_container("postgresql+psycopg://nobody@127.0.0.1:1/nothing").settings()

    database = settings.database.pool_timeout_seconds + settings.database.statement_timeout_ms / 1000
    assert database < settings.service.request_timeout_seconds < 60
