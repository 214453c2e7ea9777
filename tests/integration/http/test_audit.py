"""Who changed what over HTTP is told in one line, and nobody's words."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from entrypoints.bootstrap.lifespan import opened
from entrypoints.http.app import create_litestar
from entrypoints.http.audited import AUDIT
from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.exported_metrics import NOWHERE
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.failing import fail
from tests.integration.http.running import Service, a_container, running_service

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
EMPTY: dict[str, list[object]] = {"personas": [], "agendas": []}
# Why routes that may change something are in no line.
NOT_AUDITED = {
    "/v1/conversations/end": "the event that it makes is its record; there are thousands a minute",
    "/v1/activities/suggest": "it introduces a user at most, and what was offered is kept",
    "/v1/friendship_status/calculate-score/{conversation_id:str}": "changes nothing",
}


@pytest.fixture
async def guarded(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, {"SECRET_KEY": KEY, "LOG_LEVEL": "ERROR"}) as running:
        yield running


def _as(
    subject: str, scopes: str = "operations friendships:write catalogue:write conversations:write"
) -> dict[str, str]:
    tokens = AccessTokens(keys=(KEY,), clock=SystemClock())
    token = tokens.issue(subject, frozenset(scopes.split()), valid_for=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}", "X-Request-ID": "mine"}


async def _audited(
    service: Service,
    method: str,
    path: str,
    headers: dict[str, str],
    body: object = None,
) -> list[dict[str, Any]]:
    with capture_logs(processors=[merge_contextvars]) as lines:
        await service.http.request(method, path, json=body, headers=headers)
    return [_without_request(line) for line in lines if line["event"] == "audit"]


def _without_request(line: Any) -> dict[str, Any]:  # noqa: ANN401 - as structlog has it
    assert line["request_id"] == "mine"
    return {name: line[name] for name in line if name not in ("event", "log_level", "request_id", "via")}


async def _ended(service: Service, *names: str) -> None:
    for name in names:
        body = an_ended_conversation(name)
        await service.http.post("/v1/conversations/end", json=body, headers=_as("robot"))


async def test_deciding_about_an_event_is_told_with_who_did(guarded: Service) -> None:
    await _ended(guarded, "conv_1", "conv_2")
    fail(guarded, "conv_1")

    retried = await _audited(guarded, "POST", "/v1/conversations/conv_1/retry", _as("ann"))
    again = await _audited(guarded, "POST", "/v1/conversations/conv_1/retry", _as("ann"))
    skipped = await _audited(guarded, "POST", "/api/v1/conversations/conv_2/skip", _as("bo"))

    assert retried == [_line("retry events", "ann", "done", 202, conversation_id="conv_1")]
    assert again == [_line("retry events", "ann", "refused", 409, conversation_id="conv_1")]
    assert skipped == [_line("skip event", "bo", "done", 200, conversation_id="conv_2")]


async def test_an_erasure_is_told_with_whom_and_as_of_when(guarded: Service) -> None:
    await _ended(guarded, "conv_1")

    [line] = await _audited(guarded, "DELETE", "/v1/users/user%2F42", _as("ann"))

    erased_at = line.pop("erased_at")
    assert line == _line("erase user", "ann", "done", 200, user_id="user/42")
    assert (await guarded.http.delete("/v1/users/user%2F42", headers=_as("ann"))).json()["data"][
        "erased_at"
    ] >= erased_at


async def test_a_new_catalogue_a_profile_and_a_score_are_told(guarded: Service) -> None:
    await _ended(guarded, "conv_1")
    profile = {"follow_up_topic": "chimcanhcut"}
    score = {"conversation_id": "conv_1", "user_id": "user_42"}

    replaced = await _audited(guarded, "PUT", "/v1/catalogue", {**_as("ann"), "If-Match": "*"}, EMPTY)
    updated = await _audited(guarded, "PATCH", "/v1/friendship_status/user_42", _as("bo"), profile)
    applied = await _audited(guarded, "POST", "/v1/friendship_status/calculate-score-and-update", _as("cy"), score)

    assert replaced == [_line("replace catalogue", "ann", "done", 200, catalogue_version=1)]
    assert updated == [_line("update profile", "bo", "done", 200, user_id="user_42")]
    assert applied == [_line("apply score", "cy", "done", 200, **score)]


async def test_who_may_not_is_told_and_who_is_nobody_is_not(guarded: Service) -> None:
    may_not = await _audited(guarded, "DELETE", "/v1/users/user_42", _as("robot", "conversations:write"))
    nobody = await _audited(guarded, "DELETE", "/v1/users/user_42", {"X-Request-ID": "mine"})

    assert may_not == [_line("erase user", "robot", "refused", 403, user_id="user_42")]
    assert nobody == []


async def test_what_failed_may_be_done_in_part() -> None:
    async with running_service(NOWHERE, {"SECRET_KEY": KEY}) as service:
        failed = await _audited(service, "DELETE", "/v1/users/user_42", _as("ann"))

    assert failed == [_line("erase user", "ann", "failed", 503, user_id="user_42")]


async def test_where_no_token_is_asked_for_it_is_done_by_nobody_in_particular(service: Service) -> None:
    done = await _audited(service, "DELETE", "/v1/users/user_42", {"X-Request-ID": "mine"})

    assert [(line["subject"], line["outcome"]) for line in done] == [(None, "done")]


def test_every_route_that_changes_something_is_audited_or_says_why_not() -> None:
    app = create_litestar(a_container(NOWHERE, {"SECRET_KEY": KEY}), opened)

    changing = {
        route.path_format.replace("/api/v1", "/v1"): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if _changes(handler)
    }

    silent = {path for path, handler in changing.items() if AUDIT not in handler.opt}
    assert silent == {path.replace(":str", "") for path in NOT_AUDITED}
    assert len(changing) - len(silent) == 6


def _changes(handler: HTTPRouteHandler) -> bool:
    return not handler.http_methods <= {"GET", "HEAD", "OPTIONS"}


def _line(operation: str, subject: str, outcome: str, status: int, **facts: object) -> dict[str, Any]:
    return {"operation": operation, "subject": subject, "outcome": outcome, "status": status, **facts}
