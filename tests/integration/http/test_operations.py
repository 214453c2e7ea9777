"""What those who look after the service do: list, retry, skip, erase."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.failing import at_once, fail, hold
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service

OTHERS = "user_7"


async def _ended(service: Service, *names: str, user: str = "user_42") -> None:
    for name in names:
        assert (await service.end(an_ended_conversation(name, user_id=user))).status_code == 202


async def _list(service: Service, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - any parameter
    answer = await service.http.get("/v1/conversations", params=query)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def _names(data: dict[str, Any]) -> list[str]:
    return [item["conversation_id"] for item in data["items"]]


async def test_conversations_are_listed_newest_first_in_pages(service: Service) -> None:
    await _ended(service, "conv_1", "conv_2", "conv_3")

    first = await _list(service, page_size=2)
    last = await _list(service, page=2, page_size=2)

    assert _names(first) == ["conv_3", "conv_2"]
    assert {name: first[name] for name in first.keys() - {"items"}} == {
        "total": 3,
        "page": 1,
        "page_size": 2,
        "total_pages": 2,
    }
    assert _names(last) == ["conv_1"]
    assert _names(await _list(service, page=9)) == []


async def test_conversations_of_one_moment_are_each_on_one_page(service: Service) -> None:
    names = [f"conv_{number}" for number in range(9)]
    await _ended(service, *names)
    at_once(service, "conversation_events")

    pages = [await _list(service, page=page, page_size=2) for page in range(1, 6)]

    assert sorted(name for page in pages for name in _names(page)) == names
    assert [await _list(service, page=page, page_size=2) for page in range(1, 6)] == pages


async def test_an_empty_list_has_no_pages(service: Service) -> None:
    assert await _list(service) == {"items": [], "total": 0, "page": 1, "page_size": 20, "total_pages": 0}


async def test_conversations_can_be_listed_of_a_user_and_of_a_status(service: Service) -> None:
    await _ended(service, "conv_1", "conv_2")
    await _ended(service, "conv_3", user=OTHERS)
    fail(service, "conv_1")

    assert _names(await _list(service, user_id="user_42")) == ["conv_2", "conv_1"]
    assert _names(await _list(service, status="FAILED")) == ["conv_1"]
    assert _names(await _list(service, user_id=OTHERS, status="FAILED")) == []
    (item,) = (await _list(service, status="FAILED"))["items"]
    assert (item["error_code"], item["attempt_count"]) == ("MEMORY_API_TIMEOUT", 1)
    assert "attempts" not in item


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=one", "page"),
        ("page=99999999999999999999", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=2.5", "page_size"),
        ("status=LOST", "status"),
        ("status=", "status"),
        ("user_id=a%00b", "user_id"),
    ],
)
async def test_a_bad_parameter_is_named(service: Service, query: str, path: str) -> None:
    assert_problem(await service.http.get(f"/v1/conversations?{query}"), 422, "VALIDATION_ERROR", path)


@pytest.mark.parametrize("status", ["FAILED", "PERMANENTLY_FAILED"])
async def test_a_failed_conversation_is_retried(service: Service, status: str) -> None:
    await _ended(service, "conv_1")
    fail(service, "conv_1", status)

    answer = await service.http.post("/v1/conversations/conv_1/retry")

    data = answer.json()["data"]
    assert answer.status_code == 202
    assert (data["status"], data["attempt_count"]) == ("PENDING", 0)
    assert datetime.fromisoformat(data["next_attempt_at"]) <= datetime.now(UTC)
    await service.score(data["event_id"])


async def test_what_did_not_fail_is_not_retried(service: Service) -> None:
    await _ended(service, "conv_1")

    problem = assert_problem(await service.http.post("/v1/conversations/conv_1/retry"), 409, "CONFLICT")

    assert "PENDING" in problem["detail"]


async def test_a_conversation_is_skipped_and_never_scored(service: Service) -> None:
    await _ended(service, "conv_1")

    answers = [await service.http.post("/v1/conversations/conv_1/skip") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["data"]["status"] == "SKIPPED"


async def test_a_processed_conversation_is_not_skipped(service: Service) -> None:
    accepted = (await service.end(an_ended_conversation("conv_1"))).json()["data"]
    await service.score(accepted["event_id"])

    problem = assert_problem(await service.http.post("/v1/conversations/conv_1/skip"), 409, "CONFLICT")

    assert "PROCESSED" in problem["detail"]


@pytest.mark.parametrize("verb", ["retry", "skip"])
async def test_nothing_is_decided_about_an_unknown_conversation(service: Service, verb: str) -> None:
    assert_problem(await service.http.post(f"/v1/conversations/conv_9/{verb}"), 404, "CONVERSATION_NOT_FOUND")
    assert_problem(
        await service.http.post(f"/v1/conversations/a%00b/{verb}"), 422, "VALIDATION_ERROR", "conversation_id"
    )


async def test_an_erased_user_is_gone_and_the_receipt_tells_how_much(service: Service) -> None:
    for name in ("conv_1", "conv_2"):
        accepted = (await service.end(an_ended_conversation(name))).json()["data"]
        await service.score(accepted["event_id"])
    await _ended(service, "conv_3")

    answer = await service.http.delete("/v1/users/user_42")

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert data["user_id"] == "user_42"
    assert datetime.now(UTC) - datetime.fromisoformat(data["erased_at"]) < timedelta(seconds=30)
    assert data["counts"] == {
        "events": 3,
        "attempts": 2,
        "ledger_entries": 2,
        "topics": 0,
        "logs": 3,
        "suggestions": 0,
        "friendship": 1,
    }
    assert data["logs_pending"] == 0
    assert service.stored() == {}
    assert_problem(await service.http.get("/v1/conversations/conv_1"), 404, "CONVERSATION_NOT_FOUND")
    assert_problem(await service.http.get("/v1/friendship_status/user_42"), 404, "USER_NOT_FOUND")
    assert_problem(await service.http.get("/v1/friendship_status/user_42/ledger"), 404, "USER_NOT_FOUND")


async def test_erasing_again_gives_zeros(service: Service) -> None:
    await _ended(service, "conv_1")
    await service.http.delete("/v1/users/user_42")

    answer = await service.http.delete("/v1/users/user_42")

    assert answer.status_code == 200
    assert set(answer.json()["data"]["counts"].values()) == {0}


async def test_an_old_conversation_of_an_erased_user_is_refused(service: Service) -> None:
    await _ended(service, "conv_1")
    await service.http.delete("/v1/users/user_42")

    answers = await asyncio.gather(
        service.end(an_ended_conversation("conv_1")),  # a client that tries again
        service.end(an_ended_conversation("conv_2")),
        service.end(an_ended_conversation("conv_3", user_id=OTHERS)),
    )

    for answer in answers[:2]:
        problem = assert_problem(answer, 409, "CONFLICT")
        assert "erased" in problem["detail"]
    assert answers[2].status_code == 202
    assert service.stored() == {"conversation_events": 1, "conversation_logs": 1}


async def test_a_conversation_that_ends_later_begins_a_new_friendship(service: Service) -> None:
    accepted = (await service.end(an_ended_conversation("conv_1"))).json()["data"]
    await service.score(accepted["event_id"])
    before = (await service.http.get("/v1/friendship_status/user_42")).json()["data"]
    await service.http.delete("/v1/users/user_42")
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()

    accepted = (await service.end(an_ended_conversation("conv_1", end_time=later))).json()["data"]
    await service.score(accepted["event_id"])

    after = (await service.http.get("/v1/friendship_status/user_42")).json()["data"]
    assert after["friendship_score"] == before["friendship_score"]
    assert after["streak_day"] == 1


async def test_a_conversation_somebody_works_on_can_be_erased(service: Service) -> None:
    await _ended(service, "conv_1")
    hold(service, "conv_1")

    assert (await service.http.delete("/v1/users/user_42")).json()["data"]["counts"]["events"] == 1
