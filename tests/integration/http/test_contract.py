"""The contract, row by row: every endpoint with what it answers to whom, and every code of an error."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from entrypoints.cli.specification import document_of
from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.failing import fail, hold
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import JSON, Service, running_service, with_catalogue

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
TOPICS = ("conversations", "friendships", "suggestions", "catalogue")
SCOPES = frozenset({"operations", *(f"{topic}:{may}" for topic in TOPICS for may in ("read", "write"))})
NOW = "/v1/friendship_status/calculate-score-and-update"
MINE = {"conversation_id": "scored", "user_id": "user_42"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    method: str
    path: str
    scope: str | None
    """None: anybody."""
    status: int
    body: dict[str, Any] | None = None
    if_match: bool = False


ROWS = (
    Row(
        method="POST",
        path="/v1/conversations/end",
        scope="conversations:write",
        status=202,
        body=an_ended_conversation("new_one"),
    ),
    Row(method="GET", path="/v1/conversations/scored", scope="conversations:read", status=200),
    Row(method="GET", path="/v1/conversations", scope="conversations:read", status=200),
    Row(method="POST", path="/v1/conversations/failed/retry", scope="operations", status=202),
    Row(method="POST", path="/v1/conversations/waiting/skip", scope="operations", status=200),
    Row(
        method="POST",
        path="/v1/friendship_status/calculate-score/waiting",
        scope="conversations:read",
        status=200,
    ),
    Row(method="POST", path=NOW, scope="conversations:write", status=200, body=MINE),
    Row(method="GET", path="/v1/friendship_status/user_42", scope="friendships:read", status=200),
    Row(method="GET", path="/v1/friendship_status/user_42/ledger", scope="friendships:read", status=200),
    Row(
        method="PATCH",
        path="/v1/friendship_status/user_42",
        scope="friendships:write",
        status=200,
        body={"birthday": None},
    ),
    Row(method="DELETE", path="/v1/users/user_42", scope="operations", status=200),
    Row(
        method="POST",
        path="/v1/activities/suggest",
        scope="suggestions:read",
        status=200,
        body={"user_id": "user_42"},
    ),
    Row(method="GET", path="/v1/catalogue", scope="catalogue:read", status=200),
    Row(
        method="PUT",
        path="/v1/catalogue",
        scope="catalogue:write",
        status=200,
        body={"personas": [], "agendas": []},
        if_match=True,
    ),
    Row(method="GET", path="/v1/health", scope=None, status=200),
    Row(method="GET", path="/livez", scope=None, status=200),
    Row(method="GET", path="/readyz", scope=None, status=200),
    Row(method="GET", path="/metrics", scope=None, status=200),
    Row(method="GET", path="/", scope=None, status=200),
)
EACH_ROW = pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.method} {row.path}") for row in ROWS])


@pytest.fixture
async def stocked(database_url: str) -> AsyncIterator[Service]:
    """With a catalogue, and a conversation that is scored, one that failed, one that is held, one that waits."""
    async with running_service(database_url, {"SECRET_KEY": KEY}) as service:
        await with_catalogue(service)
        service.http.headers["Authorization"] = _bearer(SCOPES)
        for name in ("scored", "failed", "held", "waiting"):
            accepted = (await service.end(an_ended_conversation(name))).json()["data"]
            if name == "scored":
                await service.score(accepted["event_id"])
        fail(service, "failed")
        hold(service, "held")
        yield service


@EACH_ROW
@pytest.mark.parametrize("prefix", ["", "/api"])
async def test_an_endpoint_answers_as_the_contract_says(stocked: Service, row: Row, prefix: str) -> None:
    if row.path.startswith("/v1"):
        scopes = frozenset({row.scope}) if row.scope else frozenset()
        answer = await _call(stocked, row, prefix=prefix, authorization=_bearer(scopes))

        assert answer.status_code == row.status, answer.text
        if row.scope:
            assert answer.json()["success"] is True
    elif not prefix:
        assert (await _call(stocked, row, authorization="")).status_code == row.status


@EACH_ROW
async def test_an_endpoint_is_closed_to_others(stocked: Service, row: Row) -> None:
    nobody = await _call(stocked, row, authorization="")
    others = await _call(stocked, row, authorization=_bearer(SCOPES - {row.scope}))

    if row.scope is None:
        assert (nobody.status_code, others.status_code) == (row.status, row.status)
    else:
        assert_problem(nobody, 401, "UNAUTHORIZED")
        assert_problem(others, 403, "FORBIDDEN")


def test_the_contract_has_a_row_for_every_operation() -> None:
    paths = document_of("openapi")["paths"]
    told = {(method.upper(), path) for path, item in paths.items() for method in item}

    assert {(row.method, _template(row.path, list(paths))) for row in ROWS} == told


PROBLEMS = {
    "CONVERSATION_NOT_FOUND": (404, "GET", "/v1/conversations/nowhere", None),
    "USER_NOT_FOUND": (404, "GET", "/v1/friendship_status/nobody", None),
    "VALIDATION_ERROR": (422, "GET", "/v1/conversations?page_size=101", None),
    "PAYLOAD_TOO_LARGE": (413, "POST", "/v1/conversations/end", b" " * (10 * 2**20 + 1)),
    "MALFORMED_JSON": (400, "POST", "/v1/conversations/end", b"{"),
    "USER_MISMATCH": (400, "POST", NOW, b'{"conversation_id": "scored", "user_id": "user_7"}'),
    "CONFLICT": (409, "POST", NOW, b'{"conversation_id": "held", "user_id": "user_42"}'),
    "NOT_FOUND": (404, "GET", "/v1/nowhere", None),
    "METHOD_NOT_ALLOWED": (405, "DELETE", "/v1/catalogue", None),
    "PRECONDITION_REQUIRED": (428, "PUT", "/v1/catalogue", b"{}"),
}


@pytest.mark.parametrize("code", PROBLEMS)
async def test_an_error_has_its_code(stocked: Service, code: str) -> None:
    status, method, path, content = PROBLEMS[code]

    answer = await stocked.http.request(method, path, content=content, headers=JSON if content else {})

    problem = answer.json()
    assert (answer.status_code, problem["error_code"]) == (status, code)
    assert problem["request_id"] == answer.headers["X-Request-ID"]


async def test_a_catalogue_without_anybody_to_offer_is_told_so(stocked: Service) -> None:
    empty: dict[str, Any] = {"personas": [], "agendas": []}
    await stocked.http.put("/v1/catalogue", json=empty, headers={"If-Match": "*"})
    await stocked.container.catalogue().refresh()

    answer = await stocked.http.post("/v1/activities/suggest", json={"user_id": "user_42"})

    assert_problem(answer, 404, "AGENT_NOT_FOUND")


async def test_a_caller_who_calls_too_often_is_told_when_to_go_on(database_url: str) -> None:
    async with running_service(database_url, {"RATE_LIMIT_PER_SECOND": "1"}) as service:
        answers = [await service.http.get("/v1/conversations") for _ in range(30)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert_problem(refused[0], 429, "RATE_LIMITED")
    assert int(refused[0].headers["Retry-After"]) >= 1


async def _call(service: Service, row: Row, *, prefix: str = "", authorization: str) -> httpx.Response:
    headers = {"Authorization": authorization} | ({"If-Match": "*"} if row.if_match else {})
    return await service.http.request(row.method, prefix + row.path, json=row.body, headers=headers)


def _bearer(scopes: frozenset[str]) -> str:
    tokens = AccessTokens(keys=(KEY,), clock=SystemClock())
    return f"Bearer {tokens.issue('robot', scopes, valid_for=timedelta(hours=1))}"


def _template(path: str, templates: list[str]) -> str:
    """The path of the document that this one is of; one without parameters goes first."""
    parts = path.split("/")
    of_it = [template for template in templates if _fits(parts, template.split("/"))]
    return min(of_it, key=lambda template: template.count("{"))


def _fits(parts: list[str], template: list[str]) -> bool:
    return len(parts) == len(template) and all(
        wanted.startswith("{") or wanted == part for part, wanted in zip(parts, template, strict=True)
    )
