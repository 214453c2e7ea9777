"""Callers that go away in the middle: nothing of theirs stays behind."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litestar.serialization import encode_json

from application.use_cases.record_conversation_end import RecordConversationEndCommand
from application.use_cases.suggest_activities import SuggestActivitiesCommand
from domain.identifiers import ConversationId, EventId, UserId
from infrastructure.private_postgres.ports import LOOPBACK
from tests.end_to_end.children import an_ended_conversation
from tests.examples import a_reported_conversation
from tests.faults.patience import PATIENCE_SECONDS
from tests.integration.http.running import Service, running_service, with_catalogue
from tests.unit.application.world import log_items

pytestmark = pytest.mark.servers
CALLS = 1000
AT_ONCE = 20
LONGEST_SECONDS = 0.02
"""About what a call takes, so that it is cut off anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a call holds on to while it lasts."""

    connections: int
    tasks: int
    descriptors: int


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, {"LOG_LEVEL": "ERROR"}) as running:
        yield await with_catalogue(running)


async def test_a_thousand_callers_that_hang_up_leave_nothing_behind(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    await _warm_up(service)
    before = _held(service)

    await _many(lambda dice: _hang_up(service.port, dice))

    await _assert_let_go(service, before)
    assert "unhandled error" not in capsys.readouterr().out
    await _record(service)


async def test_a_thousand_cancelled_calls_leave_nothing_behind(service: Service) -> None:
    await _warm_up(service)
    before = _held(service)

    await _many(lambda dice: _cancel(dice.choice(CALLABLES)(service), dice))

    await _assert_let_go(service, before)
    await _record(service)


async def _record(service: Service) -> object:
    number = random.randrange(10**9)  # noqa: S311
    command = RecordConversationEndCommand(
        reported=a_reported_conversation(f"conv_{number}", user_id=f"user_{number % 10}"),
        log_items=log_items("pu" * 40),
    )
    return await service.container.record_conversation_end()(command)


async def _show(service: Service) -> object:
    return await service.container.show_conversation()(ConversationId("conv_0001"), with_log=True)


async def _suggest(service: Service) -> object:
    return await service.container.suggest_activities()(SuggestActivitiesCommand(user_id=UserId("user_01")))


async def _score(service: Service) -> object:
    return await service.container.calculate_score()(EventId(random.randrange(1, 200)))  # noqa: S311


async def _check(service: Service) -> object:
    return await service.container.check_health()()


async def _relay(service: Service) -> object:
    return await service.container.announce_due_events()()


CALLABLES: tuple[Callable[[Service], Coroutine[Any, Any, object]], ...] = (
    *(_record, _show, _suggest, _score, _check, _relay),
)


async def _cancel(call: Coroutine[Any, Any, object], dice: random.Random) -> None:
    task = asyncio.create_task(call)
    await asyncio.sleep(dice.uniform(0, LONGEST_SECONDS))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _hang_up(port: int, dice: random.Random) -> None:
    """Somewhere between the first byte and the answer."""
    body = encode_json(an_ended_conversation(dice.randrange(10**6), users=5, lines=dice.choice((4, 40, 1000))))
    head = "POST /v1/conversations/end HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    _, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(request if dice.random() < 0.5 else request[: dice.randrange(1, len(request))])
    await asyncio.sleep(dice.uniform(0, LONGEST_SECONDS))
    writer.transport.abort()


async def _many(call: Callable[[random.Random], Awaitable[None]]) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with turn:
            await call(random.Random(number))  # noqa: S311

    await asyncio.gather(*(one(number) for number in range(CALLS)))


async def _warm_up(service: Service) -> None:
    """Opens as many database connections as will ever be held open."""
    bodies = [an_ended_conversation(number) for number in range(1, 40)]
    await asyncio.gather(*(service.end(body) for body in bodies))
    await asyncio.gather(*(_suggest(service) for _ in range(40)))
    await service.http.aclose()
    await asyncio.sleep(0.5)


def _held(service: Service) -> Held:
    return Held(
        connections=service.container.database_probe().pool().checked_out,
        tasks=len(asyncio.all_tasks()),
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
    )


async def _assert_let_go(service: Service, before: Held) -> None:
    patience = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while (now := _held(service)) != before:
        if asyncio.get_running_loop().time() > patience:
            break
        await asyncio.sleep(0.05)
    assert now.connections == 0
    assert now.tasks <= before.tasks
    assert now.descriptors <= before.descriptors
