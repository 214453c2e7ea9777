"""Ids that read like a part of a route."""

import httpx
import pytest

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.failing import fail
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service

USERS = ["calculate-score", "calculate-score-and-update"]
BOTH = pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])


@BOTH
async def test_a_conversation_called_end_is_found(service: Service, prefix: str) -> None:
    missing = await service.http.get(f"{prefix}/conversations/end")
    accepted = await service.end(an_ended_conversation("end"), prefix=prefix)
    found = await service.http.get(f"{prefix}/conversations/end", params={"include": "log"})
    head = await service.http.head(f"{prefix}/conversations/end/")

    assert_problem(missing, 404, "CONVERSATION_NOT_FOUND")
    assert (accepted.status_code, accepted.headers["Location"]) == (202, "/v1/conversations/end")
    assert found.json()["data"]["conversation_id"] == "end"
    assert head.status_code == 200


async def test_people_may_decide_about_a_conversation_called_end(service: Service) -> None:
    await service.end(an_ended_conversation("end"))
    fail(service, "end")

    previewed = await service.http.post("/v1/friendship_status/calculate-score/end")
    retried = await service.http.post("/v1/conversations/end/retry")
    skipped = await service.http.post("/v1/conversations/end/skip")

    assert [answer.status_code for answer in (previewed, retried, skipped)] == [200, 202, 200]
    assert skipped.json()["data"]["conversation_id"] == "end"


@pytest.mark.parametrize("user", USERS)
async def test_a_user_called_like_a_route_has_a_friendship(service: Service, user: str) -> None:
    accepted = await service.end(an_ended_conversation() | {"user_id": user})
    await service.score(accepted.json()["data"]["event_id"])

    answers = {
        "shown": await service.http.get(f"/v1/friendship_status/{user}"),
        "ledger": await service.http.get(f"/v1/friendship_status/{user}/ledger"),
        "updated": await service.http.patch(f"/v1/friendship_status/{user}", json={"birthday": None}),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert answers["shown"].json()["data"]["user_id"] == user


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/conversations/end"),
        ("GET", "/v1/conversations/end/retry"),
        ("GET", "/v1/activities/suggest"),
    ],
)
async def test_a_method_that_neither_route_has_is_a_wrong_method(service: Service, method: str, path: str) -> None:
    assert_problem(await service.http.request(method, path), 405, "METHOD_NOT_ALLOWED")


@BOTH
async def test_the_written_route_is_still_the_first(service: Service, prefix: str) -> None:
    posted: httpx.Response = await service.end(an_ended_conversation(), prefix=prefix)
    scored = await service.http.post(
        f"{prefix}/friendship_status/calculate-score-and-update",
        json={"conversation_id": "conv_0001", "user_id": "user_42"},
    )

    assert (posted.status_code, scored.status_code) == (202, 200)
