"""Every kind of network fault between every two parts, under load; the checker has the last word."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import pytest

from infrastructure.private_postgres.ports import LOOPBACK
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Nursery
from tests.faults.patience import until
from tests.faults.proxy import FaultProxy, Way

pytestmark = pytest.mark.servers
FAULT_SECONDS = 1.5
BETWEEN_SECONDS = 0.5
RECOVERY_SECONDS = 10.0
DRAIN_SECONDS = 40.0
FAULTS: tuple[Callable[[FaultProxy], None], ...] = (
    lambda proxy: proxy.slow_down(0.2),
    lambda proxy: proxy.slow_down(0.3, Way.TO_CLIENT),
    FaultProxy.reset,
    lambda proxy: proxy.cut_after(3000, Way.TO_SERVER),
    lambda proxy: proxy.cut_after(100, Way.TO_CLIENT),
    FaultProxy.swallow,
    FaultProxy.refuse,
)


async def test_a_bad_network_between_callers_and_the_service(brisk: Nursery, checker: Checker) -> None:
    api, consumer = brisk.serve(), brisk.consume()
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    with FaultProxy(api.port) as proxy:
        await _suffer(proxy, f"http://{LOOPBACK}:{proxy.port}", checker)


@pytest.mark.parametrize("server", ["DATABASE_URL", "RABBITMQ_URL"])
@pytest.mark.parametrize("role", ["serve", "consume"])
async def test_a_bad_network_between_a_process_and_a_server(
    brisk: Nursery, checker: Checker, role: str, server: str
) -> None:
    address = urlsplit(brisk.settings[server])
    assert address.port is not None
    with FaultProxy(address.port) as proxy:
        detour = {server: urlunsplit(address._replace(netloc=_at_port(address.netloc, proxy.port)))}
        api = brisk.serve(detour if role == "serve" else {})
        consumer = brisk.consume(detour if role == "consume" else {})
        await asyncio.to_thread(api.wait_until_up)
        await asyncio.to_thread(consumer.wait_until_up)
        await _suffer(proxy, api.url, checker)


async def _suffer(proxy: FaultProxy, url: str, checker: Checker) -> None:
    async with Backend([url], timeout=3) as backend:
        async with backend.under_load(robots=2, pause=0.1):
            for make_it in FAULTS:
                make_it(proxy)
                await asyncio.sleep(FAULT_SECONDS)
                proxy.heal()
                await asyncio.sleep(BETWEEN_SECONDS)
        checker.assert_kept(backend.promises)
        [last] = await backend.post_new()
        assert await until(lambda: not checker.unfinished([last]), seconds=RECOVERY_SECONDS)
        assert await until(lambda: not checker.unfinished(backend.promises), seconds=DRAIN_SECONDS)
    checker.assert_all_counted(backend.promises)


def _at_port(netloc: str, port: int) -> str:
    return f"{netloc.rpartition(':')[0]}:{port}"
