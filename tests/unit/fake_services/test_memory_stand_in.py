import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from entrypoints.fake_services.behaviour import Behaviour, Fault, Latency
from tests.stand_ins import Listening, standing_in
from tests.unit.application.patience import until

LIKES_DOGS = "I like dogs. What do they eat?"


@pytest.fixture
async def service() -> AsyncIterator[Listening]:
    async with standing_in() as listening:
        yield listening


async def _extract(
    service: Listening, key: str = "conv_0001", said: str = LIKES_DOGS, **headers: str
) -> httpx.Response:
    body = {"user_id": "user_1", "conversation_id": key, "conversation": [{"role": "user", "content": said}]}
    return await service.http.post("/extract_facts", json=body, headers={"Idempotency-Key": key, **headers})


async def _control(service: Listening, method: str, path: str, json: object = None) -> httpx.Response:
    return await service.http.request(method, f"/control/{path}", json=json)


async def test_it_knows_one_fact_for_every_different_liking(service: Listening) -> None:
    said = "Tớ thích chó! tớ  thích chó. I love cats\nMy favourite is red. Dogs bark."

    answer = (await _extract(service, said=said)).json()

    assert answer["count"] == 3
    assert [fact["fact_value"] for fact in answer["facts"]] == ["tớ thích chó", "i love cats", "my favourite is red"]


async def test_a_conversation_that_is_sent_again_gets_the_answer_it_got(service: Listening) -> None:
    first = await _extract(service)

    again = await _extract(service, said="Nothing any more")

    assert again.json() == first.json()


async def test_a_call_that_breaks_the_contract_is_refused(service: Listening) -> None:
    assert (await _extract(service, said=" ")).status_code == 422
    assert (await _extract(service, **{"Idempotency-Key": "other"})).status_code == 422


async def test_it_is_told_how_to_behave_while_it_runs(service: Listening) -> None:
    told = await _control(service, "PUT", "behaviour", {"fault": "status", "status": 429, "retry_after": "7"})

    answer = await _extract(service)

    assert told.json()["fault"] == "status"
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


async def test_a_behaviour_that_does_not_exist_changes_nothing(service: Listening) -> None:
    told = await _control(service, "PUT", "behaviour", {"fault": "tantrum"})

    assert told.status_code == 422
    assert (await _extract(service)).status_code == 200


async def test_calls_are_counted_by_path_kind_and_outcome(service: Listening) -> None:
    await _extract(service)
    service.behaves(Behaviour(fault=Fault.STATUS, status=503))
    await _extract(service)

    counted = (await _control(service, "GET", "calls")).json()

    assert counted["paths"] == {"/extract_facts": 2}
    assert counted["kinds"] == {"memories": 2}
    assert counted["outcomes"] == {"200": 1, "503": 1}
    assert (await _control(service, "DELETE", "calls")).json()["paths"] == {}


async def test_the_same_calls_of_a_share_fail_in_every_run() -> None:
    async def failed() -> list[int]:
        async with standing_in(Behaviour(fault=Fault.STATUS, share=0.3, seed=7)) as service:
            answers = await asyncio.gather(*(_extract(service, key=f"conv_{number}") for number in range(60)))
        return [number for number, answer in enumerate(answers) if answer.is_error]

    first = await failed()

    assert 8 <= len(first) <= 28
    assert await failed() == first


async def test_a_call_that_failed_may_succeed_when_it_is_made_again() -> None:
    async with standing_in(Behaviour(fault=Fault.STATUS, share=0.5)) as service:
        statuses = {(await _extract(service)).status_code for _ in range(20)}

    assert statuses == {200, 500}


async def test_it_is_as_slow_as_it_was_observed() -> None:
    async with standing_in(Behaviour(latency=Latency.OBSERVED, scale=0)) as service:
        answers = await asyncio.gather(*(_extract(service, key=f"conv_{number}") for number in range(200)))

    gave_up = [answer for answer in answers if answer.status_code == 500]
    assert 8 <= len(gave_up) <= 36  # one in ten


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT])
async def test_a_connection_is_reset(fault: Fault) -> None:
    async with standing_in(Behaviour(fault=fault)) as service:
        with pytest.raises(httpx.TransportError):
            await _extract(service)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE])
async def test_an_answer_never_ends(fault: Fault) -> None:
    async with standing_in(Behaviour(fault=fault, trickle_seconds=0.01)) as service:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_extract(service), 0.3)


async def test_an_answer_is_huge_and_true() -> None:
    async with standing_in(Behaviour(fault=Fault.HUGE, huge_bytes=1_000_000)) as service:
        answer = await _extract(service)

    assert len(answer.content) > 1_000_000
    assert "Content-Length" not in answer.headers
    assert answer.json()["count"] == 1


async def test_wrong_answers_are_wrong() -> None:
    async with standing_in(Behaviour(fault=Fault.WRONG_TYPES)) as service:
        assert (await _extract(service)).json()["count"] is True
        service.behaves(Behaviour(fault=Fault.OUT_OF_RANGE))
        assert (await _extract(service)).json()["count"] < 0
        service.behaves(Behaviour(fault=Fault.MALFORMED))
        with pytest.raises(ValueError, match=r".+"):
            (await _extract(service)).json()


async def test_an_expired_key_is_told_so() -> None:
    async with standing_in(Behaviour(required_key="valid")) as service:
        assert (await _extract(service, Authorization="Bearer expired")).status_code == 401
        assert (await _extract(service, Authorization="Bearer valid")).status_code == 200


async def test_many_may_hang_at_once_and_nothing_stays_behind() -> None:
    async with standing_in(Behaviour(fault=Fault.HANG)) as service:
        hanging = [asyncio.create_task(_hang(service.port)) for _ in range(300)]
        await until(lambda: service.calls.under_way == 300)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        await until(lambda: service.calls.under_way == 0)

    assert service.calls.most_under_way == 300


async def _hang(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"POST /extract_facts HTTP/1.1\r\nIdempotency-Key: x\r\nContent-Length: 2\r\n\r\n{}")
        await reader.read()
    finally:
        writer.close()


async def test_what_is_not_http_is_refused(service: Listening) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(b"hello\r\n\r\n")

    assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
