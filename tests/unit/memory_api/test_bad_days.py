"""What the memory service and the network did on bad days, on real sockets."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from application.errors import MemoriesRefused, MemoriesTimedOut, MemoriesUnavailable
from application.ports.health import BreakerState
from domain.conversation import Conversation
from domain.identifiers import ConversationId
from entrypoints.fake_services.behaviour import Behaviour, Fault
from infrastructure.private_postgres.ports import free_port
from tests.faults.proxy import FaultProxy
from tests.memory_adapter import ALICE, FAILURES, LIMIT, PLACES, Memories, a_conversation, memories_of
from tests.stand_ins import Listening, address, standing_in
from tests.unit.application.patience import until

CANCELLED_CALLS = 1000


@pytest.fixture
async def service() -> AsyncIterator[Listening]:
    async with standing_in() as listening:
        yield listening


@pytest.fixture
async def memories(service: Listening) -> AsyncIterator[Memories]:
    async with memories_of(service.url) as adapter:
        yield adapter


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(fault=Fault.HANG),
        Behaviour(fault=Fault.TRICKLE, trickle_seconds=0.05),
        Behaviour(seconds=LIMIT * 3),
    ],
    ids=["hangs", "trickles", "answers after the deadline"],
)
async def test_no_answer_in_time_is_a_timeout(service: Listening, memories: Memories, behaviour: Behaviour) -> None:
    service.behaves(behaviour)

    with pytest.raises(MemoriesTimedOut):
        await memories.extract()


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(fault=Fault.RESET),
        Behaviour(fault=Fault.CUT),
        Behaviour(fault=Fault.STATUS, status=500),
        Behaviour(fault=Fault.STATUS, status=429, retry_after="3600"),
        Behaviour(fault=Fault.MALFORMED),
        Behaviour(fault=Fault.WRONG_TYPES),
        Behaviour(fault=Fault.OUT_OF_RANGE),
        Behaviour(fault=Fault.HUGE),
    ],
    ids=lambda behaviour: str(behaviour.fault),
)
async def test_a_service_that_breaks_is_unavailable(
    service: Listening, memories: Memories, behaviour: Behaviour
) -> None:
    service.behaves(behaviour)

    with pytest.raises(MemoriesUnavailable):
        await memories.extract()

    service.behaves(Behaviour())
    assert await memories.extract() == 1


async def test_a_huge_answer_is_not_read_to_its_end(service: Listening, memories: Memories) -> None:
    service.behaves(Behaviour(fault=Fault.HUGE, huge_bytes=1 << 40))

    with pytest.raises(MemoriesUnavailable):
        await memories.extract()

    await until(lambda: service.calls.under_way == 0)


async def test_nothing_is_tried_again_within_one_attempt(service: Listening, memories: Memories) -> None:
    service.behaves(Behaviour(fault=Fault.STATUS, status=503))

    with pytest.raises(MemoriesUnavailable):
        await memories.extract()

    assert service.calls.paths == {"/extract_facts": 1}


async def test_what_was_extracted_in_an_attempt_that_timed_out_is_not_extracted_twice(
    service: Listening, memories: Memories
) -> None:
    service.behaves(Behaviour(seconds=LIMIT * 3))
    with pytest.raises(MemoriesTimedOut):
        await memories.extract(said="I like dogs")
    service.behaves(Behaviour())

    assert await memories.extract(said="I like dogs. I like cats") == 1  # as it was counted then


async def test_nobody_listens() -> None:
    async with memories_of(address(free_port())) as memories:
        with pytest.raises(MemoriesUnavailable):
            await memories.extract()


async def test_a_name_that_does_not_resolve() -> None:
    async with memories_of("http://memory.invalid", limit=10) as memories:
        with pytest.raises(MemoriesUnavailable):
            await memories.extract()


async def test_a_host_that_takes_no_connection_is_unavailable_rather_than_late() -> None:
    """Its queue of callers is full, so that a connection is never made."""
    door = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, backlog=1)
    port = door.sockets[0].getsockname()[1]
    door.get_loop().remove_reader(door.sockets[0].fileno())  # it listens, and accepts nobody
    waiting = [asyncio.create_task(asyncio.open_connection("127.0.0.1", port)) for _ in range(8)]
    await asyncio.sleep(0.05)
    try:
        async with memories_of(address(port)) as memories:
            with pytest.raises(MemoriesUnavailable):
                await memories.extract()
    finally:
        for task in waiting:
            task.cancel()
        for ended in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(ended, tuple):
                ended[1].close()
        door.close()


async def test_a_half_open_connection_is_a_timeout_and_the_next_call_has_another(service: Listening) -> None:
    with FaultProxy(service.port) as proxy:
        async with memories_of(address(proxy.port)) as memories:
            assert await memories.extract(1) == 1
            proxy.swallow()
            with pytest.raises(MemoriesTimedOut):
                await memories.extract(2)
            proxy.heal()

            assert await memories.extract(3) == 1


async def test_a_restart_of_the_service_fails_no_call_after_it() -> None:
    port = free_port()
    async with memories_of(address(port)) as memories:
        async with standing_in(port=port):
            assert await memories.extract(1) == 1
        with pytest.raises(MemoriesUnavailable):
            await memories.extract(2)
        async with standing_in(port=port):
            assert await memories.extract(3) == 1


async def test_an_expired_key_is_loud_not_tried_again_and_no_verdict(
    service: Listening, capsys: pytest.CaptureFixture[str]
) -> None:
    service.behaves(Behaviour(required_key="valid"))
    async with memories_of(service.url, api_key="expired") as memories:
        for number in range(FAILURES + 2):
            with pytest.raises(MemoriesRefused):
                await memories.extract(number)

        assert memories.breaker.state is BreakerState.CLOSED
    assert service.calls.paths == {"/extract_facts": FAILURES + 2}
    said = capsys.readouterr().out
    assert "refuses" in said
    assert "expired" not in said


async def test_a_key_is_borne(service: Listening) -> None:
    service.behaves(Behaviour(required_key="valid"))
    async with memories_of(service.url, api_key="valid") as memories:
        assert await memories.extract() == 1


async def test_the_breaker_opens_and_one_call_closes_it(service: Listening) -> None:
    service.behaves(Behaviour(fault=Fault.STATUS, status=503))
    async with memories_of(service.url, cooldown=0.3) as memories:
        for number in range(FAILURES + 3):
            with pytest.raises(MemoriesUnavailable):
                await memories.extract(number)
        assert memories.breaker.state.value == "open"
        assert service.calls.paths == {"/extract_facts": FAILURES}
        service.behaves(Behaviour())
        await asyncio.sleep(0.3)

        assert await memories.extract() == 1
        assert memories.breaker.state.value == "closed"


async def test_no_more_calls_than_there_are_places_are_made_at_once(service: Listening) -> None:
    service.behaves(Behaviour(seconds=0.05))
    async with memories_of(service.url, limit=10) as memories:
        counts = await asyncio.gather(*(memories.extract(number) for number in range(PLACES * 3)))

    assert counts == [1] * PLACES * 3
    assert service.calls.most_under_way == PLACES


async def test_a_thousand_cancelled_calls_leave_every_place_free(service: Listening) -> None:
    service.behaves(Behaviour(seconds=0.005))
    async with memories_of(service.url, silence=5, limit=10) as memories:
        dice = random.Random(7)  # noqa: S311
        for _ in range(CANCELLED_CALLS // PLACES):
            calls = [asyncio.create_task(memories.extract(dice.randrange(10**6))) for _ in range(PLACES)]
            await asyncio.sleep(dice.uniform(0, 0.02))
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

        async with asyncio.timeout(10):
            assert await asyncio.gather(*(memories.extract(number) for number in range(PLACES))) == [1] * PLACES
        assert memories.breaker.state is BreakerState.CLOSED
    with suppress(TimeoutError):
        await until(lambda: service.calls.under_way == 0)
    assert service.calls.most_under_way <= 2 * PLACES


async def test_a_conversation_without_words_is_not_sent(service: Listening, memories: Memories) -> None:
    count = await memories.extractor.extract(ALICE, ConversationId("conv_0001"), Conversation())

    assert count == 0
    assert service.calls.paths == {}


async def test_an_id_that_no_header_can_carry_is_sent_all_the_same(memories: Memories) -> None:
    odd = ConversationId("trò chuyện\r\nsố 1")

    assert await memories.extractor.extract(ALICE, odd, a_conversation("I like dogs")) == 1
