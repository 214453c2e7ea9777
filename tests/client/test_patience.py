"""When the client sends again, how long it waits, and when it stops."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from context_handling_client import AsyncClient, Client, Patience, Refused, Unavailable, calls
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from tests.client.unreliable import an_answer, scripted

AT_ONCE = Patience(first_wait=0.001)
FOUND = an_answer("200 OK", b'{"success": true, "message": "", "data": {"user_id": "user_42"}}')
BUSY = an_answer("503 Service Unavailable", b"{}", "Retry-After: 0")
TORN = None


@given(
    attempt=st.integers(2, 10),
    asked_for=st.none() | st.floats(0, 100),
    elapsed=st.floats(0, 100),
    patience=st.builds(Patience, tries=st.integers(1, 10), seconds=st.floats(0.1, 60), first_wait=st.floats(0.01, 5)),
)
def test_a_wait_ends_before_patience_does(
    attempt: int, asked_for: float | None, elapsed: float, patience: Patience
) -> None:
    wait = patience.wait_before(attempt, asked_for=asked_for, elapsed=elapsed)

    if wait is None:
        assert attempt > patience.tries or elapsed + max(asked_for or 0, patience.longest_wait) >= patience.seconds
    else:
        assert attempt <= patience.tries
        assert elapsed + wait < patience.seconds
        assert wait == asked_for if asked_for is not None else wait <= patience.longest_wait


async def test_what_is_refused_for_now_is_sent_again() -> None:
    async with scripted(BUSY, BUSY, FOUND) as service, AsyncClient(service.url, patience=AT_ONCE) as client:
        assert (await client.send(calls.friendship("user_42")))["user_id"] == "user_42"

    assert len(service.requests) == 3


async def test_a_lost_answer_is_asked_for_again_and_the_same_is_sent() -> None:
    async with scripted(TORN, FOUND) as service, AsyncClient(service.url, patience=AT_ONCE) as client:
        await client.send(calls.suggest("user_42", seed=7))

    assert len(set(service.requests)) == 1
    assert len(service.requests) == 2


async def test_what_may_have_arrived_and_is_not_repeatable_is_not_sent_again() -> None:
    async with scripted(TORN, FOUND) as service, AsyncClient(service.url, patience=AT_ONCE) as client:
        with pytest.raises(Unavailable, match="may have arrived"):
            await client.send(calls.retry_conversation("conv_0001"))

    assert len(service.requests) == 1


async def test_patience_has_an_end() -> None:
    async with scripted(BUSY) as service, AsyncClient(service.url, patience=AT_ONCE) as client:
        with pytest.raises(Unavailable, match="503"):
            await client.send(calls.friendship("user_42"))

    assert len(service.requests) == AT_ONCE.tries


async def test_a_wait_longer_than_patience_is_not_begun() -> None:
    busy_for_long = an_answer("429 Too Many Requests", b"{}", "Retry-After: 3600")
    async with scripted(busy_for_long) as service, AsyncClient(service.url) as client:
        with pytest.raises(Unavailable):
            await client.send(calls.friendship("user_42"))

    assert len(service.requests) == 1


async def test_a_final_answer_is_not_asked_for_again() -> None:
    missing = an_answer("404 Not Found", b'{"error_code": "USER_NOT_FOUND", "message": "No user."}', "X-Request-ID: r1")
    async with scripted(missing) as service, AsyncClient(service.url) as client:
        with pytest.raises(Refused) as refused:
            await client.send(calls.friendship("user_42"))

    assert (refused.value.status, refused.value.code, refused.value.request_id) == (404, "USER_NOT_FOUND", "r1")
    assert len(service.requests) == 1


async def test_an_answer_that_is_not_the_services_own_is_told_as_it_is() -> None:
    async with scripted(an_answer("400 Bad Request", b"<html>")) as service, AsyncClient(service.url) as client:
        with pytest.raises(Refused, match="400"):
            await client.send(calls.friendship("user_42"))


async def test_the_sync_client_is_as_patient() -> None:
    def ask(url: str) -> str:
        with Client(url, patience=AT_ONCE) as client:
            return client.send(calls.friendship("user_42"))["user_id"]

    async with scripted(TORN, BUSY, FOUND) as service:
        assert await asyncio.to_thread(ask, service.url) == "user_42"


async def test_nobody_there_is_unavailable() -> None:
    async with AsyncClient(f"http://{LOOPBACK}:{free_port()}", patience=AT_ONCE) as client:
        with pytest.raises(Unavailable, match="ConnectError"):
            await client.send(calls.retry_conversation("conv_0001"))
