"""`serve` and `consume` on real servers."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.end_to_end.children import Books, an_ended_conversation, bearer, post_all
from tests.end_to_end.conftest import KEY
from tests.end_to_end.program import Program

HEADERS = bearer(KEY)
JSON = {"Content-Type": "application/json"}
PATIENT = {"DB_STATEMENT_TIMEOUT_MS": "60000", "CONSUMER_PREFETCH": "10"}


@pytest.fixture
def books(database_url: str) -> Books:
    return Books(database_url)


async def test_two_hundred_conversations_add_up_though_the_consumer_was_restarted(
    configured: Program, books: Books
) -> None:
    service, consumer = configured.serve(), configured.consume()
    bodies = [an_ended_conversation(number, users=20) for number in range(200)]

    await post_all(service, bodies[:100], HEADERS)
    books.wait_until_processed(1)
    assert consumer.stop() == 0
    await post_all(service, bodies[100:], HEADERS)
    configured.consume()

    books.wait_until_processed(200)
    books.assert_complete(200)
    assert len(books.scores()) == 20
    await _assert_told_alike(service.url, books)


async def test_fifty_conversations_of_one_user_at_once_add_up_with_two_consumers(
    configured: Program, books: Books
) -> None:
    service = configured.serve()
    configured.consume()
    configured.consume()

    await post_all(service, [an_ended_conversation(number) for number in range(50)], HEADERS)

    books.wait_until_processed(50)
    books.assert_complete(50)
    assert list(books.scores()) == ["user_00"]


async def test_a_consumer_that_stops_finishes_what_it_works_on(configured: Program, books: Books) -> None:
    service = configured.serve()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(60)], HEADERS)
    with books.closed():
        consumer = configured.start("consume", **PATIENT)
        books.wait_until_under_way(10)
        stopping = asyncio.create_task(asyncio.to_thread(consumer.stop))
        await asyncio.sleep(2)

    assert await stopping == 0
    assert books.statuses() == {"PROCESSED": 10, "PENDING": 50}

    configured.consume()
    books.make_due_now()
    books.wait_until_processed(60)
    books.assert_complete(60)


async def test_a_consumer_that_stops_hands_back_what_takes_too_long(configured: Program, books: Books) -> None:
    service = configured.serve()
    await post_all(service, [an_ended_conversation(number, users=5) for number in range(20)], HEADERS)
    with books.closed():
        consumer = configured.start("consume", **PATIENT)
        books.wait_until_under_way(10)

        assert await asyncio.to_thread(consumer.stop) == 0
        assert books.statuses() == {"PENDING": 20}
        assert books.attempt_counts() == {0}

    configured.consume()
    books.make_due_now()
    books.wait_until_processed(20)
    books.assert_complete(20)


async def test_a_consumer_stopped_again_and_again_loses_nothing(configured: Program, books: Books) -> None:
    service = configured.serve()
    posting = asyncio.create_task(
        post_all(service, [an_ended_conversation(number, users=5, lines=1000) for number in range(100)], HEADERS)
    )

    for _ in range(3):
        consumer = configured.consume()
        await asyncio.to_thread(books.wait_until_processed, min(books.processed() + 1, 100))
        assert await asyncio.to_thread(consumer.stop) == 0
        assert books.statuses()["PROCESSING"] == 0
    configured.consume()
    await posting
    books.make_due_now()

    books.wait_until_processed(100)
    books.assert_complete(100)


async def test_a_service_stopped_in_the_middle_keeps_what_it_accepted(configured: Program, books: Books) -> None:
    configured.consume()
    service = configured.serve()
    bodies = [an_ended_conversation(number, users=5, lines=400) for number in range(300)]

    posting = asyncio.create_task(post_all(service, bodies, HEADERS))
    await asyncio.to_thread(books.wait_until_accepted, 50)
    assert await asyncio.to_thread(service.stop) == 0
    accepted_so_far = books.accepted()
    await asyncio.to_thread(configured.serve, port=service.port)
    await posting

    assert accepted_so_far < 300
    books.wait_until_processed(300)
    books.assert_complete(300)


async def test_a_service_that_stops_finishes_the_request_in_hand(configured: Program, books: Books) -> None:
    service = configured.serve()
    body = httpx.Request("POST", service.url, json=an_ended_conversation(1)).content

    async def slowly() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        head = f"POST /v1/conversations/end HTTP/1.1\r\nHost: service\r\nAuthorization: {HEADERS['Authorization']}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[:100])
        await writer.drain()
        await asyncio.sleep(1)
        stopping.set()
        await asyncio.sleep(1)
        writer.write(body[100:])
        await writer.drain()
        return await asyncio.wait_for(reader.readline(), 20)

    stopping = asyncio.Event()
    answer = asyncio.create_task(slowly())
    await stopping.wait()
    code = await asyncio.to_thread(service.stop)

    assert code == 0
    assert b" 202 " in await answer
    assert books.accepted() == 1


async def test_an_idle_connection_does_not_hold_up_a_stop(configured: Program) -> None:
    service = configured.serve()
    async with httpx.AsyncClient(base_url=service.url) as http:
        assert (await http.get("/livez")).status_code == 200

        assert await asyncio.to_thread(service.stop) == 0


async def test_unauthorised_callers_are_refused_by_the_real_server(configured: Program, books: Books) -> None:
    service = configured.serve()
    async with httpx.AsyncClient(base_url=service.url) as http:
        answer = await http.post("/v1/conversations/end", json=an_ended_conversation(1))

    assert answer.status_code == 401
    assert answer.headers["X-Request-ID"]
    assert books.statuses() == {}


async def test_the_real_server_tells_who_tried_to_change_what(configured: Program) -> None:
    service = configured.serve()
    async with httpx.AsyncClient(base_url=service.url, headers=HEADERS) as http:
        refused = await http.delete("/v1/users/user_42")

    assert refused.status_code == 403
    [line] = [json.loads(line) for line in service.output().splitlines() if '"audit"' in line]
    assert (line["operation"], line["subject"], line["outcome"]) == ("erase user", "robot", "refused")
    assert (line["user_id"], line["request_id"]) == ("user_42", refused.headers["X-Request-ID"])


async def test_a_caller_with_a_large_body_hears_why_it_is_refused(configured: Program) -> None:
    service = configured.serve()
    large = b"x" * (11 * 2**20)

    async def chunks() -> AsyncIterator[bytes]:
        yield large

    async with httpx.AsyncClient(base_url=service.url, headers=JSON, timeout=30) as http:
        answers = [
            await http.post("/v1/conversations/end", content=large[: 3 * 2**20]),
            await http.post("/v1/conversations/end", content=large, headers=HEADERS),
            await http.post("/v1/conversations/end", content=chunks(), headers=HEADERS),
            await http.post("/nowhere", content=large),
            await http.put("/v1/conversations/end", content=large),
        ]

    assert [answer.status_code for answer in answers] == [401, 413, 413, 404, 405]


BAD = {
    "not JSON": (b"{", 400),
    "not UTF-8": (b"\xff\xfe", 400),
    "too deep": (b"[" * 100_000, 400),
    "too large": (b" " * (11 * 2**20), 413),
    "no object": (b"[]", 422),
}


async def test_bad_input_is_answered_alike_by_the_real_server(configured: Program, books: Books) -> None:
    service = configured.serve()
    async with httpx.AsyncClient(base_url=service.url, headers=HEADERS | JSON, timeout=30) as http:
        answers = {name: await http.post("/v1/conversations/end", content=sent) for name, (sent, _) in BAD.items()}
        strange = [await http.get(f"/v1/conversations/{name}") for name in ("a%00b", "%ff%fe", "a%ed%a0%80b")]

    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: status for name, (_, status) in BAD.items()
    }
    assert {answer.headers["Content-Type"] for answer in answers.values()} == {"application/problem+json"}
    assert all(400 <= answer.status_code < 500 for answer in strange), [answer.status_code for answer in strange]
    assert books.statuses() == {}


async def _assert_told_alike(url: str, books: Books) -> None:
    async with httpx.AsyncClient(base_url=url, headers=HEADERS) as http:
        answers = [await http.get(f"/v1/friendship_status/{user}") for user in books.scores()]
    assert [answer.json()["data"]["friendship_score"] for answer in answers] == list(books.scores().values())
