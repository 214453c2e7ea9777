"""Which client a call gets, and when one is closed."""

import asyncio
from dataclasses import dataclass, field

import httpx
import pytest

from infrastructure.memory_api.renewed_client import RenewedClient


@dataclass(slots=True)
class Clients:
    """All that were made, oldest first. They open nothing."""

    made: list[httpx.AsyncClient] = field(default_factory=list)

    def make(self) -> httpx.AsyncClient:
        self.made.append(httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))))
        return self.made[-1]

    @property
    def closed(self) -> list[bool]:
        return [client.is_closed for client in self.made]


@dataclass(slots=True)
class Call:
    """Under way until it is ended."""

    client: RenewedClient
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[httpx.AsyncClient] = field(init=False)

    def __post_init__(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> httpx.AsyncClient:
        async with self.client.use() as client:
            await self.ended.wait()
            return client

    async def cancel(self) -> None:
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.task

    async def end(self) -> httpx.AsyncClient:
        self.ended.set()
        return await self.task


async def _begun(client: RenewedClient) -> Call:
    call = Call(client)
    await asyncio.sleep(0)
    return call


async def test_calls_share_a_client_as_long_as_none_is_cancelled() -> None:
    clients = Clients()
    renewed = RenewedClient(clients.make)
    first, second = await _begun(renewed), await _begun(renewed)

    assert await first.end() is await second.end() is clients.made[0]
    assert clients.closed == [False]


async def test_an_error_is_no_reason_for_another_client() -> None:
    clients = Clients()
    renewed = RenewedClient(clients.make)

    with pytest.raises(httpx.ConnectError):
        async with renewed.use():
            raise httpx.ConnectError("nobody listens")

    assert clients.closed == [False]


async def test_a_cancelled_call_takes_its_client_with_it() -> None:
    clients = Clients()
    renewed = RenewedClient(clients.make)

    await (await _begun(renewed)).cancel()

    async with renewed.use() as client:
        assert client is clients.made[1]
    assert clients.closed == [True, False]


async def test_a_call_under_way_ends_with_the_client_it_began_with_and_the_last_one_closes_it() -> None:
    clients = Clients()
    renewed = RenewedClient(clients.make)
    cancelled, early, late = [await _begun(renewed) for _ in range(3)]

    await cancelled.cancel()
    assert await early.end() is clients.made[0]
    assert clients.closed == [False, False]
    assert await late.end() is clients.made[0]

    assert clients.closed == [True, False]


async def test_calls_of_one_client_that_are_cancelled_together_make_one_new_client() -> None:
    clients = Clients()
    renewed = RenewedClient(clients.make)
    calls = [await _begun(renewed) for _ in range(5)]

    for call in calls:
        await call.cancel()

    assert clients.closed == [True, False]


async def test_closing_leaves_nothing_open_once_the_last_call_has_ended() -> None:
    clients = Clients()
    renewed = RenewedClient(clients.make)
    cancelled, under_way = await _begun(renewed), await _begun(renewed)
    await cancelled.cancel()

    await renewed.close()
    await under_way.end()

    assert clients.closed == [True, True]
