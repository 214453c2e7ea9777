"""Whatever is sent: the answer of the contract with the path of every fault, and nothing is stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import repeat
from typing import Any

import pytest

from infrastructure.private_postgres.ports import LOOPBACK
from tests.integration.http.bodies import BOT_SAYS, CHILD_SAYS, USER_SAYS, an_ended_conversation, without
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import JSON, Service, running_service
from tests.servers.databases import create_database, drop_database

MIB = 2**20
DEEP = 100_000
NESTED = b"[" * DEEP + b"]" * DEEP
NESTED_OBJECTS = b'{"a":' * DEEP + b"1" + b"}" * DEEP
REQUIRED = ("conversation_id", "user_id", "bot_type", "bot_id", "bot_name", "start_time", "end_time")
HERE = "@HERE@"


def _with(raw: bytes, **changes: Any) -> bytes:  # noqa: ANN401 - any JSON
    """A valid body in which ``raw`` stands where a change says HERE."""
    return json.dumps(an_ended_conversation(**changes)).encode().replace(json.dumps(HERE).encode(), raw)


def _log(*items: object) -> dict[str, Any]:
    return {"conversation_logs": list(items)}


@pytest.fixture(scope="module")
async def service(postgres_server_url: str, template_database_url: str) -> AsyncIterator[Service]:
    """One for all: every test leaves it as empty as it was."""
    database_url = create_database(postgres_server_url, template_url=template_database_url)
    async with running_service(database_url) as running:
        yield running
    drop_database(postgres_server_url, database_url)


NOT_JSON = {
    "nothing": b"",
    "only spaces": b"  \n ",
    "a word": b"conversation",
    "cut short": json.dumps(an_ended_conversation()).encode()[:-10],
    "cut short in a list": b"[1, 2",
    "something after it": json.dumps(an_ended_conversation()).encode() + b"{}",
    "single quotes": b"{'conversation_id': 'conv_0001'}",
    "a trailing comma": b'{"conversation_id": "conv_0001",}',
    "a comment": b"{} // nothing",
    "NaN": _with(b"NaN", bot_name=HERE),
    "infinity": _with(b"-Infinity", extra=HERE),
    "a control character": _with(b'"a\nb"', bot_name=HERE),
    "a bad escape": _with(rb'"\x41"', bot_name=HERE),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(an_ended_conversation()).encode(),
    "UTF-16": json.dumps(an_ended_conversation()).encode("utf-16"),
    "bytes that are not UTF-8": b"\xff\xfe\x00",
    "bytes that are not UTF-8 in a field": _with(b'"\xff\xfe"', user_id=HERE),
    "overlong UTF-8 in a field": _with(b'"\xc0\xaf\xc0\xaf"', user_id=HERE),
    "a surrogate in UTF-8 in a field": _with(b'"abc\xed\xa0\x80"', user_id=HERE),
    "bytes that are not UTF-8 in an item": _with(b'"\xff"', **_log(BOT_SAYS, {"speaker": "user", "text": HERE})),
    "bytes that are not UTF-8 beside a wrong type": _with(b'"\xff"', user_id=5, **_log({"text": HERE})),
    "a lone surrogate in a field": _with(rb'"abc\ud800"', user_id=HERE),
    "a lone low surrogate in a field": _with(rb'"abc\udc00"', bot_name=HERE),
    "a lone surrogate in an item": _with(rb'"a\ud83db"', **_log({"speaker": "user", "text": HERE})),
    "nested without an end": b"[" * DEEP,
    "nested lists": NESTED,
    "nested objects": NESTED_OBJECTS,
    "nested lists in a field": _with(NESTED, user_id=HERE),
    "nested objects in a field": _with(NESTED_OBJECTS, start_time=HERE),
    "nested lists as the log": _with(NESTED, conversation_logs=HERE),
    "nested lists as an item": _with(NESTED, **_log(BOT_SAYS, HERE)),
    "nested objects as an item": _with(NESTED_OBJECTS, **_log(BOT_SAYS, HERE)),
    "nested lists as a text": _with(NESTED, **_log({"speaker": "user", "text": HERE})),
    "nested lists in a field nobody knows": _with(NESTED, extra=HERE),
}


@pytest.mark.parametrize("content", NOT_JSON.values(), ids=NOT_JSON.keys())
async def test_what_is_not_json_is_malformed(service: Service, content: bytes) -> None:
    assert_problem(await service.send(content), 400, "MALFORMED_JSON")
    assert service.stored() == {}


@pytest.mark.parametrize("content", [b"[]", b"[1, 2]", b"null", b"5", b"-1e3", b'"text"', b"true", b"[{}]"])
async def test_json_that_is_no_object_does_not_fit(service: Service, content: bytes) -> None:
    assert_problem(await service.send(content), 422, "VALIDATION_ERROR", "$")
    assert_problem(await service.send(content, "/v1/activities/suggest"), 422, "VALIDATION_ERROR", "$")
    assert service.stored() == {}


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no field at all": ({}, [*REQUIRED, "conversation_logs"]),
    "no log field": (without(an_ended_conversation(), "conversation_logs"), ["conversation_logs"]),
    "both log fields": (an_ended_conversation(conversation_log=[]), ["conversation_log"]),
    "both log fields, both with faults": (
        an_ended_conversation(conversation_log=[1], conversation_logs=[2]),
        ["conversation_log", "conversation_log[0]", "conversation_logs[0]"],
    ),
    "null for everything": (
        dict.fromkeys([*REQUIRED, "conversation_logs"]),
        [*REQUIRED, "conversation_logs"],
    ),
    "a number for everything": (
        dict.fromkeys([*REQUIRED, "agent_tag", "conversation_logs"], 17),
        [*REQUIRED, "agent_tag", "conversation_logs"],
    ),
    "an object for everything": (
        {name: {"a": 1} for name in (*REQUIRED, "agent_tag", "conversation_logs")},
        [*REQUIRED, "agent_tag", "conversation_logs"],
    ),
    "a log that is a text": (an_ended_conversation(conversation_logs="Hi!"), ["conversation_logs"]),
    "an id of two characters": (an_ended_conversation("co"), ["conversation_id"]),
    "an id of 256 characters": (an_ended_conversation("x" * 256), ["conversation_id"]),
    "a user of two characters": (an_ended_conversation(user_id="us"), ["user_id"]),
    "a user of 256 characters": (an_ended_conversation(user_id="x" * 256), ["user_id"]),
    "a bot type of 51 characters": (an_ended_conversation(bot_type="x" * 51), ["bot_type"]),
    "names of 256 characters": (
        an_ended_conversation(bot_id="x" * 256, bot_name="x" * 256, agent_tag="x" * 256),
        ["bot_id", "bot_name", "agent_tag"],
    ),
    "U+0000 in every text": (
        an_ended_conversation(
            "co\0nv", user_id="\0user", bot_type="\0", bot_id="\0", bot_name="a\0", agent_tag="agent\0"
        ),
        ["conversation_id", "user_id", "bot_type", "bot_id", "bot_name", "agent_tag"],
    ),
    "U+0000 beside a wrong type": (
        an_ended_conversation("co\0nv", user_id=5),
        ["conversation_id", "user_id"],
    ),
    "U+0000 in log texts": (
        an_ended_conversation(**_log({"speaker": "user", "text": "a\0"}, BOT_SAYS, {"content": "\0"})),
        ["conversation_logs[0]", "conversation_logs[2]"],
    ),
    "an end before the start": (an_ended_conversation(end_time="2025-11-26T09:59:59.999Z"), ["end_time"]),
    "an end at the start": (an_ended_conversation(end_time="2025-11-26T17:00:00+07:00"), ["end_time"]),
    "times without offset": (
        an_ended_conversation(start_time="2025-11-26T10:00:00", end_time="2025-11-26T10:20:00"),
        ["start_time", "end_time"],
    ),
    "times that are none": (
        an_ended_conversation(start_time="yesterday", end_time="2025-02-30T10:00:00Z"),
        ["start_time", "end_time"],
    ),
    "times that are numbers": (
        an_ended_conversation(start_time=1764151200, end_time=1764152400.5),
        ["start_time", "end_time"],
    ),
    "times at the ends of the calendar": (
        an_ended_conversation(start_time="0001-01-01T00:00:00+14:00", end_time="9999-12-31T23:59:59-14:00"),
        ["start_time", "end_time"],
    ),
    "items that are no objects": (
        an_ended_conversation(**_log("Hi!", BOT_SAYS, 5, None, 1.5, [], ["Hi!"])),
        [f"conversation_logs[{index}]" for index in (0, 2, 3, 4, 5, 6)],
    ),
    "texts that are no strings": (
        an_ended_conversation(
            **_log({"speaker": "user", "text": 5}, {"content": None}, {"text": ["Hi!"]}, {"text": {}}, {}, USER_SAYS)
        ),
        [f"conversation_logs[{index}]" for index in range(5)],
    ),
    "faults in the older spelling of the log": (
        without(an_ended_conversation(), "conversation_logs") | {"conversation_log": [BOT_SAYS, "Hi!"]},
        ["conversation_log[1]"],
    ),
    "faults everywhere at once": (
        without(an_ended_conversation("co", user_id=None, bot_type="x" * 51), "bot_id")
        | {"start_time": "2025-11-26T11:00:00Z"}
        | _log(CHILD_SAYS, 1, {"text": "\0"}),
        [
            "conversation_id",
            "user_id",
            "bot_type",
            "bot_id",
            "end_time",
            "conversation_logs[1]",
            "conversation_logs[2]",
        ],
    ),
    "an end before the start and faulty items": (
        an_ended_conversation(end_time="2025-11-26T09:00:00Z", **_log(1)),
        ["end_time", "conversation_logs[0]"],
    ),
}


@pytest.mark.parametrize(("body", "paths"), FAULTS.values(), ids=FAULTS.keys())
async def test_every_fault_is_told_with_its_path(service: Service, body: dict[str, Any], paths: list[str]) -> None:
    assert_problem(await service.end(body), 422, "VALIDATION_ERROR", *paths)
    assert service.stored() == {}


HUGE = {
    "a number as a name": (_with(b"1e400", bot_name=HERE), ["bot_name"]),
    "a number as a time": (_with(b"9" * 5000, end_time=HERE), ["end_time"]),
    "a number as a log": (_with(b"1e400", conversation_logs=HERE), ["conversation_logs"]),
    "a number as an item": (_with(b"1e400", **_log(BOT_SAYS, HERE)), ["conversation_logs[1]"]),
    "a number as a text": (_with(b"-1e999", **_log({"text": HERE})), ["conversation_logs[0]"]),
}


@pytest.mark.parametrize(("content", "paths"), HUGE.values(), ids=HUGE.keys())
async def test_numbers_beyond_all_bounds_are_faults(service: Service, content: bytes, paths: list[str]) -> None:
    assert_problem(await service.send(content), 422, "VALIDATION_ERROR", *paths)
    assert service.stored() == {}


@pytest.mark.parametrize("twice", [b'5, "user_id": "user_42"', b'"user_42", "user_id": 5'])
async def test_a_key_given_twice_must_fit_twice(service: Service, twice: bytes) -> None:
    assert_problem(await service.send(_with(twice, user_id=HERE)), 422, "VALIDATION_ERROR", "user_id")
    assert service.stored() == {}


async def test_of_a_log_with_very_many_faults_a_hundred_are_told(service: Service) -> None:
    items = b"[" + b",".join(repeat(b"1", 90_000)) + b"]"

    answer = await service.send(_with(items, conversation_logs=HERE))

    paths = [f"conversation_logs[{index}]" for index in range(100)]
    assert_problem(answer, 422, "VALIDATION_ERROR", *paths)
    assert service.stored() == {}


@pytest.mark.parametrize("item", [b"1", b"{}", b'[{"a":1}]', b'"{"'])
async def test_of_a_log_with_a_million_items_nothing_but_a_fault_is_made(service: Service, item: bytes) -> None:
    items = b"[" + b",".join(repeat(item, 1_000_000)) + b"]"

    answer = await service.send(_with(items, conversation_logs=HERE))

    assert answer.status_code == 422
    assert service.stored() == {}


async def test_a_body_of_eleven_mebibytes_is_too_large(service: Service) -> None:
    body = an_ended_conversation(**_log({"speaker": "user", "text": "x" * 11 * MIB}))

    assert_problem(await service.end(body), 413, "PAYLOAD_TOO_LARGE")
    assert service.stored() == {}


async def test_a_body_that_turns_out_too_large_is_refused(service: Service) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"conversation_id": "'
        for _ in range(11):
            yield b"x" * MIB
        yield b'"}'

    answer = await service.http.post("/v1/conversations/end", content=chunks(), headers=JSON)

    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert_problem(answer, 413, "PAYLOAD_TOO_LARGE")
    assert service.stored() == {}


async def test_a_body_that_only_claims_to_be_too_large_is_refused(service: Service) -> None:
    head = "POST /v1/conversations/end HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"

    answer = await _answer_to(service, f"{head}Content-Length: {11 * MIB}\r\n\r\n".encode())

    assert b" 413 " in answer


async def test_a_caller_that_hangs_up_halfway_leaves_nothing(service: Service) -> None:
    body = json.dumps(an_ended_conversation()).encode()
    head = "POST /v1/conversations/end HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    _, writer = await asyncio.open_connection(LOOPBACK, service.port)
    writer.write(head.encode() + body[:-1])
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await service.http.get("/livez")).status_code == 200
    assert service.stored() == {}


SUGGESTIONS = {
    "no user": (b"{}", ["user_id"]),
    "a user of two characters": (b'{"user_id": "us"}', ["user_id"]),
    "U+0000": (rb'{"user_id": "a\u0000bc"}', ["user_id"]),
    "a seed that is no integer": (b'{"user_id": "user_42", "seed": 1.5}', ["seed"]),
    "a seed that is a truth": (b'{"user_id": "user_42", "seed": true}', ["seed"]),
    "a huge seed": (b'{"user_id": "user_42", "seed": 9223372036854775808}', ["seed"]),
    "a seed beyond all bounds": (b'{"user_id": "user_42", "seed": 1e400}', ["seed"]),
    "everything": (b'{"user_id": null, "seed": "7"}', ["user_id", "seed"]),
}


@pytest.mark.parametrize(("content", "paths"), SUGGESTIONS.values(), ids=SUGGESTIONS.keys())
async def test_faults_of_a_suggestion_are_told(service: Service, content: bytes, paths: list[str]) -> None:
    answer = await service.send(content, "/v1/activities/suggest")

    assert_problem(answer, 422, "VALIDATION_ERROR", *paths)
    assert service.stored() == {}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", NESTED, rb'{"user_id": "abc\ud800"}'])
async def test_a_suggestion_that_is_not_json_is_malformed(service: Service, content: bytes) -> None:
    assert_problem(await service.send(content, "/v1/activities/suggest"), 400, "MALFORMED_JSON")
    assert service.stored() == {}


async def _answer_to(service: Service, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, service.port)
    writer.write(request)
    await writer.drain()
    answer = await asyncio.wait_for(reader.readline(), timeout=30)
    writer.close()
    await writer.wait_closed()
    return answer
