"""What nobody foresaw: told to the caller without a word of it, and to us once with everything."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.show_friendship import ShowFriendship
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import JSON, Service, a_container, running_service

SECRET = "postgresql://somebody:hunter2@database/everything"
PATH = "/v1/friendship_status/user_42"


class _Bug(UnitOfWorkFactory):
    def __call__(self) -> UnitOfWork:
        raise ValueError(SECRET)


@pytest.fixture
async def buggy(database_url: str) -> AsyncIterator[Service]:
    container = a_container(database_url)
    container.show_friendship.override(ShowFriendship(unit_of_work=_Bug(), clock=container.clock()))
    async with running_service(database_url, container=container) as service:
        yield service


async def test_a_bug_is_told_without_its_text(buggy: Service) -> None:
    answer = await buggy.http.get(PATH)

    problem = assert_problem(answer, 500, "INTERNAL_ERROR")
    assert "hunter2" not in answer.text
    assert "request id" in problem["detail"]
    assert (await buggy.http.get("/livez")).status_code == 200


async def test_a_bug_is_logged_once_with_its_traceback_and_the_id_of_the_request(buggy: Service) -> None:
    with _errors() as lines:
        await buggy.http.get(PATH, headers={"X-Request-ID": "robot-7"})

    (line,) = lines
    raised = line["exc_info"]
    assert (line["request_id"], line["path"], line["method"]) == ("robot-7", PATH, "GET")
    assert (type(raised), str(raised)) == (ValueError, SECRET)
    assert raised.__traceback__ is not None


async def test_what_callers_did_wrong_is_no_line_of_error(buggy: Service) -> None:
    with _errors() as lines:
        await buggy.http.get("/nowhere")
        await buggy.http.post("/v1/conversations/end", content=b"{", headers=JSON)
        await buggy.end(an_ended_conversation("co"))

    assert lines == []


@contextmanager
def _errors() -> Iterator[list[MutableMapping[str, Any]]]:
    """Filled when left."""
    errors: list[MutableMapping[str, Any]] = []
    with capture_logs(processors=[merge_contextvars]) as lines:
        yield errors
    errors.extend(line for line in lines if line["log_level"] == "error")
