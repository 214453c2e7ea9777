"""Only JSON is taken, and only as it is."""

import gzip
import json
from collections.abc import AsyncIterator

import pytest

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import JSON, Service

BODY = json.dumps(an_ended_conversation()).encode()
END = "/v1/conversations/end"
WITH_BODY = [
    ("POST", END),
    ("POST", "/v1/activities/suggest"),
    ("POST", "/v1/friendship_status/calculate-score-and-update"),
    ("PATCH", "/v1/friendship_status/user_42"),
    ("PUT", "/v1/catalogue"),
    ("POST", "/v1/conversations/conv_0001/retry"),
]


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",  # what curl -d says unless told otherwise
        "application/xml",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "json",
        "",
    ],
)
async def test_a_body_of_another_type_is_refused(service: Service, kind: str) -> None:
    answer = await service.http.post(END, content=BODY, headers={"Content-Type": kind})

    problem = assert_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert "Content-Type: application/json" in problem["detail"]
    assert answer.headers["Accept"] == "application/json"
    assert service.stored() == {}


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
async def test_no_route_takes_a_body_without_a_type(service: Service, method: str, path: str) -> None:
    assert_problem(await service.http.request(method, path, content=BODY), 415, "UNSUPPORTED_MEDIA_TYPE")
    assert service.stored() == {}


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json ; charset = "UTF-8"',
        "application/json;",
    ],
)
async def test_json_may_be_written_in_any_way(service: Service, kind: str) -> None:
    assert (await service.http.post(END, content=BODY, headers={"Content-Type": kind})).status_code == 202


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "zstd", "nonsense"])
async def test_a_body_with_an_encoding_is_refused_and_never_unpacked(service: Service, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)

    answer = await service.http.post(END, content=bomb, headers=JSON | {"Content-Encoding": encoding})

    assert_problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert answer.headers["Accept-Encoding"] == "identity"
    assert service.stored() == {}


async def test_no_encoding_may_be_said_in_words(service: Service) -> None:
    answer = await service.http.post(END, content=BODY, headers=JSON | {"Content-Encoding": "identity"})

    assert answer.status_code == 202


async def test_a_body_that_comes_in_pieces_needs_its_type_too(service: Service) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield BODY

    assert_problem(await service.http.post(END, content=pieces()), 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_without_a_body_there_is_no_type_to_tell(service: Service) -> None:
    empty = await service.http.post(END)
    retried = await service.http.post("/v1/conversations/conv_9/retry", content=b"")

    assert_problem(empty, 400, "MALFORMED_JSON")
    assert_problem(retried, 404, "CONVERSATION_NOT_FOUND")
