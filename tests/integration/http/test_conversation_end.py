import asyncio
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.integration.http.bodies import (
    BOT_SAYS,
    CHILD_SAYS,
    PIKA_SAYS,
    USER_SAYS,
    an_ended_conversation,
    without,
)
from tests.integration.http.running import Service

CONTRACT = {
    "event_id",
    "conversation_id",
    "original_conversation_id",
    "duplicate",
    "user_id",
    "bot_type",
    "bot_id",
    "bot_name",
    "agent_tag",
    "start_time",
    "end_time",
    "duration_seconds",
    "status",
    "attempt_count",
    "next_attempt_at",
    "created_at",
    "log",
}


async def test_an_ended_conversation_is_accepted(service: Service) -> None:
    answer = await service.end(an_ended_conversation())

    envelope = answer.json()
    data = envelope["data"]
    assert answer.status_code == 202
    assert answer.headers["Location"] == "/v1/conversations/conv_0001"
    assert answer.headers["Content-Type"] == "application/json"
    assert (envelope["success"], envelope["message"]) == (True, "Conversation accepted")
    assert envelope.keys() == {"success", "message", "data"}
    assert data.keys() == CONTRACT
    assert data["conversation_id"] == data["original_conversation_id"] == "conv_0001"
    assert data["log"].keys() == {"utterances", "pika", "user", "size_bytes"}
    assert (data["log"]["utterances"], data["log"]["pika"], data["log"]["user"]) == (2, 1, 1)
    reported = {name: data[name] for name in ("user_id", "bot_type", "bot_id", "bot_name", "agent_tag")}
    assert reported == {
        "user_id": "user_42",
        "bot_type": "TALK",
        "bot_id": "bot_17",
        "bot_name": "Movie chat",
        "agent_tag": "agent_movie",
    }
    assert (data["start_time"], data["end_time"]) == ("2025-11-26T10:00:00Z", "2025-11-26T10:20:00Z")
    assert (data["duration_seconds"], data["duplicate"]) == (1200.0, False)
    assert (data["status"], data["attempt_count"]) == ("PENDING", 0)
    assert data["next_attempt_at"] == data["created_at"]
    assert data["created_at"].endswith("Z")


async def test_an_accepted_conversation_is_stored_with_its_log(service: Service) -> None:
    await service.end(an_ended_conversation())

    assert service.stored() == {"conversation_events": 1, "conversation_logs": 1}


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
async def test_both_prefixes_answer_the_same(service: Service, prefix: str) -> None:
    answer = await service.end(an_ended_conversation(), prefix=prefix)
    found = await service.http.get(f"{prefix}/conversations/conv_0001")

    assert answer.status_code == 202
    assert found.json()["data"]["event_id"] == answer.json()["data"]["event_id"]


@pytest.mark.parametrize("field", ["conversation_log", "conversation_logs"])
async def test_both_spellings_take_both_forms_mixed(service: Service, field: str) -> None:
    mixed = [BOT_SAYS, CHILD_SAYS, PIKA_SAYS, USER_SAYS, {"speaker": "user", "text": "   "}]

    answer = await service.end(without(an_ended_conversation(), "conversation_logs") | {field: mixed})

    assert answer.status_code == 202
    log = await _log_of(service, "conv_0001")
    assert [(line["speaker"], line["text"]) for line in log] == [
        ("pika", "Hi! Seen any films?"),
        ("user", "The one with the dog"),
        ("pika", "Which one?"),
        ("user", "Yes, a funny one"),
    ]


@pytest.mark.parametrize("field", ["conversation_log", "conversation_logs"])
async def test_an_empty_log_is_valid(service: Service, field: str) -> None:
    answer = await service.end(without(an_ended_conversation(), "conversation_logs") | {field: []})

    assert answer.status_code == 202
    assert answer.json()["data"]["log"]["utterances"] == 0


async def test_what_a_client_says_of_results_is_ignored(service: Service) -> None:
    results: dict[str, Any] = {
        "status": "PROCESSED",
        "attempt_count": 7,
        "raw_conversation_log": "anything",
        "friendship_score_change": 1e6,
        "next_attempt_at": "2001-01-01T00:00:00Z",
        "event_id": 99,
        "something_new": {"deep": [1, None, "\u0000"]},
    }

    data = (await service.end(an_ended_conversation(**results))).json()["data"]

    assert (data["status"], data["attempt_count"]) == ("PENDING", 0)
    assert data["next_attempt_at"] == data["created_at"]


@pytest.mark.parametrize("missing", [{"agent_tag": None}, {}])
async def test_the_agent_tag_is_optional(service: Service, missing: dict[str, None]) -> None:
    answer = await service.end(without(an_ended_conversation(), "agent_tag") | missing)

    assert (answer.status_code, answer.json()["data"]["agent_tag"]) == (202, None)


async def test_names_may_be_as_long_as_the_contract_says(service: Service) -> None:
    longest = "x" * 255
    body = an_ended_conversation(
        longest, user_id=longest, bot_type="x" * 50, bot_id=longest, bot_name=longest, agent_tag=longest
    )

    answer = await service.end(body)
    again = await service.end(body | {"bot_name": "another"})

    assert answer.status_code == 202
    assert again.json()["data"]["conversation_id"].startswith(longest + "_")


async def test_times_leave_in_utc(service: Service) -> None:
    answer = await service.end(
        an_ended_conversation(start_time="2025-11-26T17:00:00+07:00", end_time="2025-11-26T05:30:00.250-05:00")
    )

    data = answer.json()["data"]
    assert (data["start_time"], data["end_time"]) == ("2025-11-26T10:00:00Z", "2025-11-26T10:30:00.250000Z")
    assert data["duration_seconds"] == 1800.25


@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+16:00", "-15:59"])
async def test_an_offset_may_be_any_that_rfc_3339_knows(service: Service, offset: str) -> None:
    times = {"start_time": f"2025-11-26T10:00:00{offset}", "end_time": f"2025-11-26T10:20:00{offset}"}

    answer = await service.end(an_ended_conversation(**times))

    assert answer.status_code == 202
    assert answer.json()["data"]["duration_seconds"] == 1200


@pytest.mark.parametrize(
    "conversation_id", ["cuộc trò chuyện 1", "a?b&c#d%41", "x\r\nSet-Cookie: y=1", "🤖🤖🤖", "a/b", "/ab/", "a//b%2F"]
)
async def test_an_id_of_any_characters_has_a_location_that_can_be_followed(
    service: Service, conversation_id: str
) -> None:
    answer = await service.end(an_ended_conversation(conversation_id))

    location = answer.headers["Location"]
    assert location == f"/v1/conversations/{quote(conversation_id, safe='')}"
    assert "Set-Cookie" not in answer.headers
    assert (await service.http.get(location)).json()["data"]["conversation_id"] == conversation_id


async def test_the_same_post_again_is_the_same_event(service: Service) -> None:
    first = (await service.end(an_ended_conversation())).json()

    again = await service.end(an_ended_conversation())

    assert again.status_code == 202
    assert again.headers["Location"] == "/v1/conversations/conv_0001"
    assert again.json()["data"] == first["data"] | {"duplicate": True}
    assert service.stored() == {"conversation_events": 1, "conversation_logs": 1}


async def test_the_same_post_many_times_at_once_is_one_event(service: Service) -> None:
    answers = await asyncio.gather(*(service.end(an_ended_conversation()) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["data"]["event_id"] for answer in answers}) == 1
    assert sorted(answer.json()["data"]["duplicate"] for answer in answers) == [False] + [True] * 19
    assert service.stored() == {"conversation_events": 1, "conversation_logs": 1}


async def test_a_reused_id_is_another_event_and_says_so(service: Service) -> None:
    first = await service.end(an_ended_conversation())

    second = await service.end(an_ended_conversation(conversation_logs=[USER_SAYS]))
    third = await service.end(an_ended_conversation(conversation_logs=[]))

    # The end of the session, 10:20 UTC, on a clock in Ho Chi Minh City.
    assert _ids(second) == ("conv_0001_20251126_172000", "conv_0001", False)
    assert _ids(third) == ("conv_0001_20251126_172000_2", "conv_0001", False)
    assert second.headers["Location"] == "/v1/conversations/conv_0001_20251126_172000"
    assert len({answer.json()["data"]["event_id"] for answer in (first, second, third)}) == 3
    assert service.stored() == {"conversation_events": 3, "conversation_logs": 3}


async def test_a_retry_of_a_reused_id_finds_its_own_event(service: Service) -> None:
    await service.end(an_ended_conversation())
    second = await service.end(an_ended_conversation(conversation_logs=[USER_SAYS]))

    again = await service.end(an_ended_conversation(conversation_logs=[USER_SAYS]))

    assert again.json()["data"] == second.json()["data"] | {"duplicate": True}


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "user_43"},
        {"bot_type": "GAME"},
        {"bot_id": "bot_18"},
        {"bot_name": "Pets"},
        {"agent_tag": None},
        {"start_time": "2025-11-26T10:00:01Z"},
        {"end_time": "2025-11-26T10:20:01Z"},
        {"conversation_logs": [BOT_SAYS, PIKA_SAYS]},
    ],
)
async def test_any_difference_makes_another_event(service: Service, change: dict[str, Any]) -> None:
    await service.end(an_ended_conversation())

    changed = await service.end(an_ended_conversation(**change))

    assert (changed.status_code, changed.json()["data"]["duplicate"]) == (202, False)
    assert service.stored()["conversation_events"] == 2


async def test_many_reuses_of_an_id_at_once_are_all_kept(service: Service) -> None:
    bodies = [an_ended_conversation(bot_name=f"name {number}") for number in range(20)]

    answers = await asyncio.gather(*map(service.end, bodies))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["data"]["conversation_id"] for answer in answers}) == 20


async def test_of_a_key_given_twice_the_last_counts(service: Service) -> None:
    twice = json.dumps(an_ended_conversation()).replace('"user_id"', '"user_id": "another", "user_id"')

    answer = await service.send(twice.encode())

    assert (answer.status_code, answer.json()["data"]["user_id"]) == (202, "user_42")


async def test_a_log_of_ten_megabytes_is_accepted(service: Service) -> None:
    lines = [{"speaker": "user" if number % 2 else "pika", "text": f"{number} " * 100} for number in range(10_000)]

    answer = await service.end(an_ended_conversation(conversation_logs=lines))

    assert answer.status_code == 202
    assert answer.json()["data"]["log"]["utterances"] == 10_000


async def _log_of(service: Service, conversation_id: str) -> list[dict[str, str]]:
    shown = await service.http.get(f"/v1/conversations/{conversation_id}", params={"include": "log"})
    log: list[dict[str, str]] = shown.json()["data"]["conversation_log"]
    return log


def _ids(answer: httpx.Response) -> tuple[str, str, bool]:
    data = answer.json()["data"]
    return data["conversation_id"], data["original_conversation_id"], data["duplicate"]
