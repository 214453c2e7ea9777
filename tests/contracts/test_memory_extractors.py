"""The promises of a memory extractor, kept by the one that pretends and by the one that calls a real server."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from application.errors import MemoriesRefused, MemoriesTimedOut, MemoriesUnavailable
from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation
from domain.identifiers import ConversationId
from entrypoints.fake_services.behaviour import Behaviour, Fault
from infrastructure.in_memory.analyst import ScriptedMemories
from tests.memory_adapter import ALICE, a_conversation, memories_of
from tests.stand_ins import standing_in

KEY = ConversationId("conv_0001")
TWO_FACTS = a_conversation("I like dogs", "I love cats")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    memories: MemoryExtractor
    becomes: Callable[[str], None]


def _scripted() -> Service:
    memories = ScriptedMemories(counts=(2,))
    errors = {
        "late": MemoriesTimedOut("told to"),
        "failing": MemoriesUnavailable("told to"),
        "refusing": MemoriesRefused("told to"),
    }

    def becomes(mood: str) -> None:
        memories.counts = (errors.get(mood, 2),)

    return Service(memories=memories, becomes=becomes)


BEHAVIOURS = {
    "late": Behaviour(fault=Fault.HANG),
    "failing": Behaviour(fault=Fault.STATUS, status=503),
    "refusing": Behaviour(fault=Fault.STATUS, status=400),
    "well": Behaviour(),
}


@pytest.fixture(params=["in_memory", "memory_api"])
async def service(request: pytest.FixtureRequest) -> AsyncIterator[Service]:
    if request.param == "in_memory":
        yield _scripted()
        return
    async with standing_in() as stand_in, memories_of(stand_in.url) as real:
        yield Service(memories=real.extractor, becomes=lambda mood: stand_in.behaves(BEHAVIOURS[mood]))


async def _extract(service: Service, conversation: Conversation = TWO_FACTS) -> int | None:
    return await service.memories.extract(ALICE, KEY, conversation)


async def test_facts_are_counted(service: Service) -> None:
    assert await _extract(service) == 2


async def test_it_is_safe_to_repeat_for_one_conversation(service: Service) -> None:
    assert [await _extract(service), await _extract(service)] == [2, 2]


@pytest.mark.parametrize(
    ("mood", "error"),
    [("late", MemoriesTimedOut), ("failing", MemoriesUnavailable), ("refusing", MemoriesRefused)],
)
async def test_a_failure_says_whether_another_attempt_is_worth_it(
    service: Service, mood: str, error: type[Exception]
) -> None:
    service.becomes(mood)

    with pytest.raises(error):
        await _extract(service)


async def test_it_answers_again_when_it_is_well_again(service: Service) -> None:
    service.becomes("failing")
    with pytest.raises(MemoriesUnavailable):
        await _extract(service)

    service.becomes("well")

    assert await _extract(service) == 2


async def test_whoever_answers_has_a_name_of_one_word(service: Service) -> None:
    assert service.memories.provider.replace("_", "").isalpha()
