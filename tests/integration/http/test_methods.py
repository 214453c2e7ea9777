"""HEAD and OPTIONS, which nobody wrote a route for."""

import httpx
import pytest

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, running_service

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
READABLE = ["/", "/livez", "/readyz", "/v1/health", "/v1/conversations", "/v1/conversations/conv_0001", "/v1/catalogue"]


@pytest.mark.parametrize("path", READABLE)
async def test_head_tells_what_get_would_without_the_body(service: Service, path: str) -> None:
    await service.end(an_ended_conversation())

    get, head = await service.http.get(path), await service.http.head(path)

    assert (head.status_code, head.content) == (200, b"")
    assert _stable(head) == _stable(get)


async def test_head_of_what_is_not_there_is_not_found(service: Service) -> None:
    head = await service.http.head("/v1/conversations/conv_9")

    assert (head.status_code, head.content) == (404, b"")
    assert head.headers["Content-Type"] == "application/problem+json"


async def test_head_of_what_cannot_be_read_is_a_wrong_method(service: Service) -> None:
    head = await service.http.head("/v1/activities/suggest/")

    assert (head.status_code, head.headers["Allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/conversations/end", "OPTIONS, POST"),
        ("/v1/conversations/conv_0001", "GET, HEAD, OPTIONS"),
        ("/v1/catalogue", "GET, HEAD, OPTIONS, PUT"),
        ("/v1/friendship_status/user_42", "GET, HEAD, OPTIONS, PATCH"),
        ("/livez", "GET, HEAD, OPTIONS"),
    ],
)
async def test_options_and_a_wrong_method_tell_the_right_ones(service: Service, path: str, methods: str) -> None:
    options, wrong = await service.http.options(path), await service.http.request("TRACE", path)

    assert (options.status_code, options.content, options.headers["Allow"]) == (204, b"", methods)
    assert_problem(wrong, 405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["Allow"] == methods


async def test_where_tokens_are_needed_head_needs_one_and_options_does_not(database_url: str) -> None:
    async with running_service(database_url, {"SECRET_KEY": KEY}) as guarded:
        head = await guarded.http.head("/v1/conversations/conv_0001")
        options = await guarded.http.options("/v1/conversations/conv_0001")

    assert (head.status_code, head.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert options.status_code == 204


def _stable(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
