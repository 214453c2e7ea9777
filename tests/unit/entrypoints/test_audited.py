"""Operations that nobody waited for are told too."""

import asyncio
from typing import Any, cast

import pytest
from litestar import get
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from application.errors import DependencyUnavailable, UserNotFound
from entrypoints.bootstrap.audit import Operation
from entrypoints.cli.audited import audited as audited_command
from entrypoints.http.audited import Audited, audited


@get("/{user_id:str}", opt=audited(Operation.ERASE_USER))
async def _route(user_id: str) -> None:
    pass


def _scope() -> Scope:
    given = {"type": ScopeType.HTTP, "route_handler": _route, "path_params": {"user_id": "user_1"}, "state": {}}
    return cast("Scope", given)


async def _nothing(*_: object) -> Any:  # noqa: ANN401 - as ASGI has it
    raise AssertionError("nobody asks")


@pytest.mark.parametrize("error", [asyncio.CancelledError(), RuntimeError()])
async def test_a_request_that_ends_without_an_answer_is_broken_off(error: BaseException) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    with capture_logs() as lines, pytest.raises(type(error)):
        await Audited(app)(_scope(), _nothing, _nothing)

    assert [(line["outcome"], line["status"], line["user_id"]) for line in lines] == [("broken off", None, "user_1")]


async def test_an_answer_is_told_before_it_is_given_and_once() -> None:
    told: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise asyncio.CancelledError

    with capture_logs() as lines:

        async def send(message: Message) -> None:
            told.append(len(lines))

        with pytest.raises(asyncio.CancelledError):
            await Audited(cast("ASGIApp", app))(_scope(), _nothing, send)

    assert told == [1]
    assert [line["outcome"] for line in lines] == ["done"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (KeyboardInterrupt(), "broken off"),
        (asyncio.CancelledError(), "broken off"),
        (UserNotFound("user_1"), "refused"),
        (DependencyUnavailable("away"), "failed"),
        (RuntimeError(), "failed"),
    ],
)
def test_a_command_is_told_however_it_ends(error: BaseException, outcome: str) -> None:
    with capture_logs() as lines, pytest.raises(type(error)), audited_command(Operation.ERASE_USER, user_id="user_1"):
        raise error

    assert [(line["outcome"], line["user_id"]) for line in lines] == [(outcome, "user_1")]
