"""Scores on request, the ledger, and what the backend tells of a child."""

import asyncio
from typing import Any

import httpx
import pytest

from application.errors import MemoriesTimedOut
from infrastructure.in_memory.analyst import ScriptedMemories
from tests.integration.http.bodies import BOT_SAYS, CHILD_SAYS, an_ended_conversation
from tests.integration.http.failing import at_once, fail, hold
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, a_container, running_service, with_catalogue

QUESTION = {"speaker": "user", "text": "Why is the sky blue?"}
TALK = an_ended_conversation(conversation_logs=[BOT_SAYS, QUESTION, BOT_SAYS, CHILD_SAYS])
PREVIEW = "/v1/friendship_status/calculate-score/conv_0001"
NOW = "/v1/friendship_status/calculate-score-and-update"
MINE = {"conversation_id": "conv_0001", "user_id": "user_42"}


async def _ledger(service: Service, **query: int) -> dict[str, Any]:
    answer = await service.http.get("/v1/friendship_status/user_42/ledger", params=query)
    assert answer.status_code == 200
    data: dict[str, Any] = answer.json()["data"]
    return data


async def _apply(service: Service, body: object = MINE) -> httpx.Response:
    return await service.http.post(NOW, json=body)


async def test_a_preview_tells_what_a_conversation_would_get_and_changes_nothing(service: Service) -> None:
    await service.end(TALK)
    before = service.stored()

    answer = await service.http.post(PREVIEW)

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert (data["status"], data["applied"], data["new_friendship_level"]) == ("PENDING", False, None)
    assert data["friendship_score_change"] == data["score_calculation_details"]["final_score_change"] > 0
    assert service.stored() == before


async def test_a_preview_of_a_scored_conversation_is_its_score(service: Service) -> None:
    await service.end(TALK)
    applied = (await _apply(service)).json()["data"]

    assert (await service.http.post(PREVIEW)).json()["data"] == applied


async def test_a_preview_needs_a_conversation(service: Service) -> None:
    assert_problem(await service.http.post(PREVIEW), 404, "CONVERSATION_NOT_FOUND")


async def test_a_conversation_is_scored_now_and_counts_once(service: Service) -> None:
    await service.end(TALK)

    answers = [await _apply(service) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    first = answers[0].json()["data"]
    assert (first["status"], first["applied"]) == ("PROCESSED", True)
    assert all(answer.json()["data"] == first for answer in answers)
    assert (await _ledger(service))["total"] == 1


async def test_a_failed_conversation_is_scored_before_its_next_attempt(service: Service) -> None:
    await service.end(TALK)
    fail(service, "conv_0001")

    assert (await _apply(service)).json()["data"]["applied"]


async def test_of_many_who_ask_at_once_every_one_is_told_the_truth(service: Service) -> None:
    await service.end(TALK)

    answers = await asyncio.gather(*(_apply(service) for _ in range(8)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    assert (await _ledger(service))["total"] == 1


async def test_a_conversation_of_somebody_else_is_a_mismatch(service: Service) -> None:
    await service.end(TALK)

    assert_problem(await _apply(service, MINE | {"user_id": "user_7"}), 400, "USER_MISMATCH")
    assert_problem(await _apply(service, MINE | {"conversation_id": "conv_9"}), 404, "CONVERSATION_NOT_FOUND")


async def test_what_somebody_works_on_or_has_to_decide_is_a_conflict(service: Service) -> None:
    await service.end(TALK)
    hold(service, "conv_0001")
    assert "being processed" in assert_problem(await _apply(service), 409, "CONFLICT")["detail"]

    await service.http.post("/v1/conversations/conv_0001/skip")
    assert "SKIPPED" in assert_problem(await _apply(service), 409, "CONFLICT")["detail"]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["conversation_id", "user_id"]),
        (MINE | {"user_id": 5}, ["user_id"]),
        (MINE | {"user_id": "a"}, ["user_id"]),
    ],
)
async def test_a_request_that_does_not_fit_is_told_why(service: Service, body: object, paths: list[str]) -> None:
    assert_problem(await _apply(service, body), 422, "VALIDATION_ERROR", *paths)


async def test_a_conversation_that_cannot_be_analysed_now_is_told_so_and_tried_again_later(database_url: str) -> None:
    container = a_container(database_url)
    container.memories.override(ScriptedMemories(counts=(MemoriesTimedOut(), 2)))
    async with running_service(database_url, container=container) as service:
        await service.end(TALK)

        problem = assert_problem(await _apply(service), 503, "ANALYSIS_UNAVAILABLE")

        assert "later" in problem["detail"]
        shown = (await service.http.get("/v1/conversations/conv_0001")).json()["data"]
        assert (shown["status"], shown["error_code"]) == ("FAILED", "MEMORY_API_TIMEOUT")
        assert (await _apply(service)).json()["data"]["score_calculation_details"]["new_memories_count"] == 2


async def test_the_ledger_tells_every_change(service: Service) -> None:
    await with_catalogue(service)
    for number in range(3):
        body = TALK | {"conversation_id": f"conv_{number}", "agent_tag": None}
        accepted = (await service.end(body)).json()["data"]
        await service.score(accepted["event_id"])

    data = await _ledger(service, page_size=2)

    assert (data["total"], data["total_pages"], data["page"], data["page_size"]) == (3, 2, 1, 2)
    newest = data["items"][0]
    assert newest.keys() == {
        "conversation_id",
        "revision",
        "change",
        "topic_id",
        "turns",
        "rules_version",
        "reason",
        "created_at",
    }
    assert (newest["conversation_id"], newest["revision"], newest["reason"]) == ("conv_2", 0, "scored")
    assert newest["created_at"].endswith("Z")
    friendship = (await service.http.get("/v1/friendship_status/user_42")).json()["data"]
    everything = await _ledger(service)
    assert friendship["friendship_score"] == sum(item["change"] for item in everything["items"])


async def test_changes_of_one_moment_are_each_on_one_page(service: Service) -> None:
    await with_catalogue(service)
    names = [f"conv_{number}" for number in range(5)]
    for name in names:
        await service.score((await service.end(TALK | {"conversation_id": name})).json()["data"]["event_id"])
    at_once(service, "score_ledger")

    pages = [await _ledger(service, page=page, page_size=2) for page in range(1, 4)]

    assert sorted(item["conversation_id"] for page in pages for item in page["items"]) == names
    assert [await _ledger(service, page=page, page_size=2) for page in range(1, 4)] == pages


async def test_the_ledger_of_a_stranger_is_not_found_and_bad_pages_are_named(service: Service) -> None:
    path = "/v1/friendship_status/user_42/ledger"

    assert_problem(await service.http.get(path), 404, "USER_NOT_FOUND")
    assert_problem(await service.http.get(f"{path}?page=0&page_size=500"), 422, "VALIDATION_ERROR", "page", "page_size")


PROFILE = "/v1/friendship_status/user_42"


async def test_a_birthday_and_a_followup_topic_are_kept(service: Service) -> None:
    answer = await service.http.patch(PROFILE, json={"birthday": "2018-02-28", "last_followup_topic": "con mèo"})

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert (data["birthday"], data["last_followup_topic"], data["friendship_score"]) == ("2018-02-28", "con mèo", 0.0)
    assert (await service.http.get(PROFILE)).json()["data"] == data


async def test_what_is_not_told_stays_and_null_clears(service: Service) -> None:
    await service.http.patch(PROFILE, json={"birthday": "2018-02-28", "last_followup_topic": "cat"})

    kept = (await service.http.patch(PROFILE, json={"last_followup_topic": "dog"})).json()["data"]
    cleared = (await service.http.patch(PROFILE, json={"birthday": None})).json()["data"]

    assert (kept["birthday"], kept["last_followup_topic"]) == ("2018-02-28", "dog")
    assert (cleared["birthday"], cleared["last_followup_topic"]) == (None, "dog")


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"birthday": "2018-02-30"}, ["birthday"]),
        ({"birthday": 5, "last_followup_topic": 5}, ["birthday", "last_followup_topic"]),
        ({"last_followup_topic": "x" * 256}, ["last_followup_topic"]),
        ({"last_followup_topic": "a\0b"}, ["last_followup_topic"]),
        ([], ["$"]),
    ],
)
async def test_a_profile_that_does_not_fit_is_told_why(service: Service, body: object, paths: list[str]) -> None:
    assert_problem(await service.http.patch(PROFILE, json=body), 422, "VALIDATION_ERROR", *paths)
    assert service.stored() == {}


@pytest.mark.parametrize("user", ["ab", "x" * 256, "a%00bc"])
async def test_a_user_id_that_cannot_be_kept_is_refused(service: Service, user: str) -> None:
    profile = await service.http.patch(f"/v1/friendship_status/{user}", json={"birthday": None})
    erasure = await service.http.delete(f"/v1/users/{user}")

    assert_problem(profile, 422, "VALIDATION_ERROR", "user_id")
    assert_problem(erasure, 422, "VALIDATION_ERROR", "user_id")
    assert service.stored() == {}
