import re

import pytest

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.running import JSON, Service

MADE = re.compile(r"[0-9a-f]{32}")


async def test_the_callers_id_is_given_back(service: Service) -> None:
    answer = await service.http.get("/livez", headers={"X-Request-ID": "robot-7:42.a_b"})

    assert answer.headers["X-Request-ID"] == "robot-7:42.a_b"


@pytest.mark.parametrize("insane", ["", "a b", "x" * 129, "<script>", 'a"b', "a;b"])
async def test_an_id_that_is_not_safe_to_repeat_is_replaced(service: Service, insane: str) -> None:
    answer = await service.http.get("/livez", headers={"X-Request-ID": insane})

    assert MADE.fullmatch(answer.headers["X-Request-ID"])


async def test_every_request_has_an_id_of_its_own(service: Service) -> None:
    ids = {(await service.http.get("/livez")).headers["X-Request-ID"] for _ in range(10)}

    assert len(ids) == 10


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/nowhere", b"", 404),
        ("PUT", "/livez", b"", 405),
        ("GET", "/v1/conversations/conv_9", b"", 404),
        ("POST", "/v1/conversations/end", b"{", 400),
        ("POST", "/v1/conversations/end", b"{}", 422),
        ("POST", "/v1/conversations/end", b"x" * (11 * 2**20), 413),
    ],
)
async def test_errors_carry_the_id_in_header_and_body(
    service: Service, method: str, path: str, content: bytes, status: int
) -> None:
    answer = await service.http.request(method, path, content=content, headers=JSON | {"X-Request-ID": "mine"})

    assert answer.status_code == status
    assert (answer.headers["X-Request-ID"], answer.json()["request_id"]) == ("mine", "mine")


async def test_a_success_carries_the_id_once(service: Service) -> None:
    answer = await service.http.post(
        "/v1/conversations/end", json=an_ended_conversation(), headers={"X-Request-ID": "mine"}
    )

    assert answer.headers.get_list("X-Request-ID") == ["mine"]
