import asyncio
from typing import Any

import httpx
import pytest

from tests.integration.http.problems import assert_problem
from tests.integration.http.running import JSON, Service

ROW = {
    "topic_id": "movie",
    "agent_id": "agent_movie",
    "agent_type": "TALK",
    "friendship_level": "PHASE1_STRANGER",
    "talking_agenda": "4. MỞ ĐẦU 😀",
}
EMPTY: dict[str, Any] = {"personas": [], "agendas": []}
SMALL = {"personas": [], "agendas": [ROW]}


async def _put(service: Service, document: object, if_match: str | None = "*") -> httpx.Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    return await service.http.put("/v1/catalogue", json=document, headers=headers)


async def _get(service: Service, **headers: str) -> httpx.Response:
    return await service.http.get("/v1/catalogue", headers=headers)


async def test_before_the_first_catalogue_there_is_an_empty_one(service: Service) -> None:
    answer = await _get(service)

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"0"')
    assert answer.json()["data"]["catalogue"] == {"personas": [], "agendas": []}
    assert len(answer.json()["data"]["warnings"]) == 6


async def test_what_was_put_is_given_back_under_a_new_tag(service: Service) -> None:
    replaced = await _put(service, SMALL, '"0"')
    found = await _get(service)

    data: dict[str, Any] = replaced.json()["data"]
    assert replaced.status_code == 200
    assert (data["personas"], data["agendas"]) == (0, 1)
    assert any("GREETING" in warning for warning in data["warnings"])
    assert found.headers["ETag"] == replaced.headers["ETag"] == f'"{data["version"]}"'
    assert found.json()["data"]["catalogue"] == SMALL


async def test_what_was_given_can_be_edited_and_put_back(service: Service) -> None:
    await _put(service, SMALL)
    found = await _get(service)
    document = found.json()["data"]["catalogue"]
    document["agendas"].append(ROW | {"topic_id": "pets"})

    replaced = await _put(service, document, found.headers["ETag"])

    assert replaced.status_code == 200
    assert (await _get(service)).json()["data"]["catalogue"] == document


async def test_suggestions_come_from_a_new_catalogue_soon(service: Service) -> None:
    await _put(
        service, {"personas": [], "agendas": [ROW, ROW | {"agent_type": "GREETING", "agent_id": "greeting_new"}]}
    )

    async with asyncio.timeout(10):
        while True:
            answer = await service.http.post("/v1/activities/suggest", json={"user_id": "user_42"})
            if answer.status_code == httpx.codes.OK:
                break
            await asyncio.sleep(0.02)
    assert answer.json()["data"]["greeting_agent"]["agent_id"] == "greeting_new"


@pytest.mark.parametrize("stale", ['"7"', '"0", "7"', 'W/"1"', '"abc"', '"1', "1", "x, y"])
async def test_a_version_that_is_no_longer_there_is_not_replaced(service: Service, stale: str) -> None:
    await _put(service, SMALL)

    assert_problem(await _put(service, EMPTY, stale), 412, "PRECONDITION_FAILED")
    assert (await _get(service)).json()["data"]["catalogue"] == SMALL


async def test_any_of_several_tags_may_be_the_one(service: Service) -> None:
    await _put(service, SMALL)

    assert (await _put(service, EMPTY, 'W/"0", "7" , "1"')).status_code == 200


async def test_nobody_replaces_unseen_what_is_there(service: Service) -> None:
    assert_problem(await _put(service, SMALL, None), 428, "PRECONDITION_REQUIRED")
    assert (await _get(service)).headers["ETag"] == '"0"'


async def test_of_editors_at_once_one_wins(service: Service) -> None:
    answers = await asyncio.gather(*(_put(service, SMALL, '"0"') for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_a_caller_who_holds_it_is_told_so(service: Service) -> None:
    await _put(service, SMALL)

    held = await _get(service, **{"If-None-Match": 'W/"1"'})
    older = await _get(service, **{"If-None-Match": '"0"'})

    assert (held.status_code, held.content, held.headers["ETag"]) == (304, b"", '"1"')
    assert older.status_code == 200


async def test_every_fault_is_told_at_once_and_nothing_is_replaced(service: Service) -> None:
    wrong = {
        "personas": [{"friendship_level": "ENEMY"}, {"friendship_level": "FRIEND"}, {"friendship_level": "friend"}],
        "agendas": [ROW | {"agent_type": 3, "talking_agenda": "\x00", "note": ""}, {"topic_id": " "}],
        "rows": [],
    }

    assert_problem(
        await _put(service, wrong, '"0"'),
        422,
        "VALIDATION_ERROR",
        "personas[0].friendship_level",
        "personas[2].friendship_level",
        "agendas[0].agent_type",
        "agendas[0].talking_agenda",
        "agendas[0].note",
        "agendas[1].topic_id",
        "agendas[1].agent_id",
        "agendas[1].agent_type",
        "agendas[1].friendship_level",
        "agendas[1].talking_agenda",
        "rows",
    )
    assert (await _get(service)).headers["ETag"] == '"0"'


@pytest.mark.parametrize("content", [b"", b"{", b'{"agendas": [}', b"\xff", b"[" * 100_000, b'{"a": "\\ud800"}'])
async def test_what_is_no_json_is_refused(service: Service, content: bytes) -> None:
    answer = await service.http.put("/v1/catalogue", content=content, headers=JSON | {"If-Match": "*"})

    assert_problem(answer, 400, "MALFORMED_JSON")


@pytest.mark.parametrize("forgotten", ["personas", "agendas"])
async def test_a_list_that_was_forgotten_is_not_taken_for_an_empty_one(service: Service, forgotten: str) -> None:
    document = {name: rows for name, rows in SMALL.items() if name != forgotten}

    assert_problem(await _put(service, document, '"0"'), 422, "VALIDATION_ERROR", forgotten)
    assert (await _get(service)).headers["ETag"] == '"0"'


@pytest.mark.parametrize("document", [[], "text", 7, {"agendas": {}}, {"personas": None}])
async def test_json_that_is_no_catalogue_does_not_fit(service: Service, document: object) -> None:
    assert (await _put(service, document)).status_code == 422


async def test_ten_thousand_rows_go_in_and_out(service: Service) -> None:
    document = {"personas": [], "agendas": [ROW | {"topic_id": f"topic_{number}"} for number in range(10_000)]}

    assert (await _put(service, document)).json()["data"]["agendas"] == 10_000
    assert (await _get(service)).json()["data"]["catalogue"] == document
