import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from entrypoints.bootstrap.lifespan import opened
from entrypoints.http.app import create_litestar
from entrypoints.http.auth import PUBLIC, SCOPE
from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, a_container, running_service

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
PREVIOUS = "1f2e3d4c5b6a79880a1b2c3d4e5f6071"
STRANGE = "77aa88bb99cc00dd11ee22ff33445566"
WRITE = "conversations:write"
EVERY_SCOPE = frozenset(
    {
        "conversations:read",
        "conversations:write",
        "friendships:read",
        "friendships:write",
        "suggestions:read",
        "catalogue:read",
        "catalogue:write",
        "operations",
    }
)
GUARDED = [
    ("POST", "/v1/conversations/end", "conversations:write", 202),
    ("GET", "/v1/conversations/conv_9", "conversations:read", 404),
    ("GET", "/v1/conversations", "conversations:read", 200),
    ("POST", "/v1/conversations/conv_9/retry", "operations", 404),
    ("POST", "/v1/conversations/conv_9/skip", "operations", 404),
    ("POST", "/v1/friendship_status/calculate-score/conv_9", "conversations:read", 404),
    ("POST", "/v1/friendship_status/calculate-score-and-update", "conversations:write", 404),
    ("GET", "/v1/friendship_status/user_9", "friendships:read", 404),
    ("GET", "/v1/friendship_status/user_9/ledger", "friendships:read", 404),
    ("PATCH", "/v1/friendship_status/user_9", "friendships:write", 200),
    ("DELETE", "/v1/users/user_9", "operations", 200),
    ("POST", "/v1/activities/suggest", "suggestions:read", 404),
    ("GET", "/v1/catalogue", "catalogue:read", 200),
    ("PUT", "/v1/catalogue", "catalogue:write", 428),
]


@pytest.fixture
async def guarded(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, {"SECRET_KEY": KEY, "SECRET_KEY_PREVIOUS": PREVIOUS}) as running:
        yield running


def a_token(key: str = KEY, *, scopes: frozenset[str] = EVERY_SCOPE, valid_for: timedelta = timedelta(hours=1)) -> str:
    return AccessTokens(keys=(key,), clock=SystemClock()).issue("robot", scopes, valid_for=valid_for)


def a_forged_token(claims: dict[str, Any], *, key: str | None = KEY, algorithm: str | None = "HS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


@pytest.mark.parametrize(("method", "path", "scope", "status"), GUARDED)
async def test_the_right_scope_opens_a_route(guarded: Service, method: str, path: str, scope: str, status: int) -> None:
    answer = await _call(guarded, method, path, f"Bearer {a_token(scopes=frozenset({scope}))}")

    assert answer.status_code == status


@pytest.mark.parametrize(("method", "path", "scope", "status"), GUARDED)
async def test_every_other_scope_does_not(guarded: Service, method: str, path: str, scope: str, status: int) -> None:
    answer = await _call(guarded, method, path, f"Bearer {a_token(scopes=EVERY_SCOPE - {scope})}")

    problem = assert_problem(answer, 403, "FORBIDDEN")
    assert scope in problem["detail"]
    assert guarded.stored() == {}


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _, _ in GUARDED])
@pytest.mark.parametrize("prefix", ["", "/api"])
async def test_without_a_token_nothing_opens(guarded: Service, prefix: str, method: str, path: str) -> None:
    answer = await _call(guarded, method, prefix + path, None)

    assert_problem(answer, 401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert guarded.stored() == {}


async def test_a_token_signed_with_the_previous_key_is_good(guarded: Service) -> None:
    answer = await _call(guarded, "POST", "/v1/conversations/end", f"Bearer {a_token(PREVIOUS)}")

    assert answer.status_code == 202


@pytest.mark.parametrize("key", [KEY, PREVIOUS])
async def test_an_expired_token_is_told_so(guarded: Service, key: str) -> None:
    token = a_token(key, valid_for=timedelta(minutes=-2))

    answer = await _call(guarded, "POST", "/v1/conversations/end", f"Bearer {token}")

    problem = assert_problem(answer, 401, "UNAUTHORIZED")
    assert "expired" in problem["detail"]
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


async def test_clocks_may_differ_a_little(guarded: Service) -> None:
    token = a_token(valid_for=timedelta(seconds=-10))

    assert (await _call(guarded, "POST", "/v1/conversations/end", f"Bearer {token}")).status_code == 202


@pytest.mark.parametrize("kind", ["bearer", "BEARER", "Bearer "])
async def test_the_kind_of_authorization_may_be_written_in_any_way(guarded: Service, kind: str) -> None:
    answer = await _call(guarded, "POST", "/v1/conversations/end", f"{kind} {a_token()}")

    assert answer.status_code == 202


NEVER = 4_102_444_800  # in 2100
CLAIMS = {"sub": "robot", "scope": WRITE, "exp": NEVER}
DEEP = base64.urlsafe_b64encode(b"[" * 10_000).decode().rstrip("=")


def _signed_as(algorithm: str, *, key: str = KEY, **header: object) -> str:
    """Signed with HMAC whatever it says of itself."""
    parts = [_base64(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT", **header}, CLAIMS)]
    signature = hmac.digest(key.encode(), ".".join(parts).encode(), "sha256")
    return ".".join([*parts, _base64(signature)])


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


REFUSED = {
    "another kind": "Basic cm9ib3Q6c2VjcmV0",
    "only the kind": "Bearer",
    "a word": "Bearer hello",
    "three words": "Bearer a.b.c",
    "a header that is no JSON": f"Bearer {DEEP}.e30.AA",
    "two tokens": f"Bearer {a_token()} {a_token()}",
    "no signature": f"Bearer {a_token().rpartition('.')[0]}.",
    "another signature": f"Bearer {a_token().rpartition('.')[0]}.{a_token(STRANGE).rpartition('.')[2]}",
    "another key": f"Bearer {a_token(STRANGE)}",
    "no algorithm": f"Bearer {a_forged_token(CLAIMS, key=None, algorithm=None)}",
    "another algorithm": f"Bearer {a_forged_token(CLAIMS, key=KEY * 2, algorithm='HS512')}",
    "a public key's algorithm, signed with the secret": f"Bearer {_signed_as('RS256')}",
    "another curve's": f"Bearer {_signed_as('ES256')}",
    "our algorithm in other letters": f"Bearer {_signed_as('hs256')}",
    "no algorithm, signed all the same": f"Bearer {_signed_as('none')}",
    "a key of its own": f"Bearer {_signed_as('HS256', key=STRANGE, jwk={'kty': 'oct', 'k': STRANGE})}",
    "an extension we do not know": f"Bearer {_signed_as('HS256', crit=['b64'], b64=False)}",
    "no end": f"Bearer {a_forged_token({'sub': 'robot', 'scope': WRITE})}",
    "no subject": f"Bearer {a_forged_token({'scope': WRITE, 'exp': NEVER})}",
    "not valid yet": f"Bearer {a_forged_token(CLAIMS | {'nbf': NEVER - 1})}",
    "an end that is no time": f"Bearer {a_forged_token(CLAIMS | {'exp': 'tomorrow'})}",
}


@pytest.mark.parametrize("authorization", REFUSED.values(), ids=REFUSED.keys())
async def test_what_we_did_not_sign_opens_nothing(guarded: Service, authorization: str) -> None:
    answer = await _call(guarded, "POST", "/v1/conversations/end", authorization)

    assert_problem(answer, 401, "UNAUTHORIZED")
    assert guarded.stored() == {}


async def test_a_token_without_algorithm_is_refused_though_its_form_is_right(guarded: Service) -> None:
    unsigned = _signed_as("none").rpartition(".")[0]

    answer = await _call(guarded, "POST", "/v1/conversations/end", f"Bearer {unsigned}.")

    assert_problem(answer, 401, "UNAUTHORIZED")


@pytest.mark.parametrize("scope", [None, "", 5, ["conversations:write"], {"conversations:write": 1}])
async def test_a_token_of_ours_without_scopes_may_do_nothing(guarded: Service, scope: object) -> None:
    token = a_forged_token(CLAIMS | {"scope": scope})

    assert_problem(await _call(guarded, "POST", "/v1/conversations/end", f"Bearer {token}"), 403, "FORBIDDEN")


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/v1/health", "/api/v1/health"])
async def test_public_routes_need_no_token(guarded: Service, path: str) -> None:
    assert (await guarded.http.get(path)).status_code == 200
    assert (await guarded.http.get(path, headers={"Authorization": "Bearer nonsense"})).status_code == 200


async def test_asking_for_the_methods_is_no_error(guarded: Service) -> None:
    answer = await guarded.http.options("/v1/conversations/end")

    assert answer.status_code == 204


async def test_what_was_forged_would_be_good_with_our_algorithm(guarded: Service) -> None:
    answer = await _call(guarded, "POST", "/v1/conversations/end", f"Bearer {_signed_as('HS256')}")

    assert answer.status_code == 202


async def test_unknown_routes_are_told_without_a_token(guarded: Service) -> None:
    assert_problem(await guarded.http.get("/v1/nothing"), 404, "NOT_FOUND")


@pytest.mark.parametrize("environment", ["development", "production"])
def test_every_route_declares_a_scope_or_that_it_is_public(environment: str) -> None:
    settings = {
        "SECRET_KEY": KEY,
        "ENVIRONMENT": environment,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "RABBITMQ_URL": "amqp://127.0.0.1:1/",
    }
    app = create_litestar(a_container(settings["DATABASE_URL"], settings), opened)

    handlers = [(route.path, handler) for route in app.routes for handler in _handlers(route)]

    undeclared = [path for path, handler in handlers if (SCOPE in handler.opt) == bool(handler.opt.get(PUBLIC))]
    assert undeclared == []
    assert {path for path, _ in handlers} >= {"/v1/conversations/end", "/api/v1/activities/suggest", "/livez"}
    public = {path.removeprefix("/api") for path, handler in handlers if handler.opt.get(PUBLIC)}
    assert {path for path in public if path.startswith("/v1")} == {"/v1/health"}


def _handlers(route: object) -> list[HTTPRouteHandler]:
    """Answering OPTIONS is the framework's own, and tells nothing that the documentation does not."""
    assert isinstance(route, HTTPRoute)
    return [handler for handler in route.route_handlers if handler.http_methods != {"OPTIONS"}]


async def _call(service: Service, method: str, path: str, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    body = an_ended_conversation() if method in {"POST", "PATCH"} else None
    return await service.http.request(method, path, json=body, headers=headers)
