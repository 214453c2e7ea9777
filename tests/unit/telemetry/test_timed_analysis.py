"""How the parts of an analysis are measured; answers and errors go through as they are."""

import asyncio

import pytest

from application.errors import (
    AnalystOverRate,
    AnalystTimedOut,
    AnalystUnavailable,
    MemoriesRefused,
    MemoriesTimedOut,
    MemoriesUnavailable,
)
from domain.conversation import Conversation
from domain.identifiers import ConversationId, UserId
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.telemetry.timed_analysis import Measure, TimedAnalyst, TimedMemories
from tests.unit.application.analysts import PatientAnalyst

NOTHING_SAID = Conversation(utterances=())
Measured = list[tuple[str, str, str]]


def measuring(into: Measured) -> Measure:
    return lambda component, provider, outcome, _: into.append((component, provider, outcome))


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (3, "answered"),
        (None, "nobody_asked"),
        (AnalystTimedOut("late"), "timed_out"),
        (AnalystOverRate("too often"), "rate_limited"),
        (AnalystUnavailable("nonsense"), "unavailable"),
        (ZeroDivisionError(), "error"),
    ],
)
async def test_each_part_is_measured_by_who_answered_and_how(said: int | Exception | None, outcome: str) -> None:
    measured: Measured = []
    analyst = TimedAnalyst(analyst=ScriptedAnalyst(questions=[said]), measure=measuring(measured))

    if isinstance(said, Exception):
        with pytest.raises(type(said)):
            await analyst.count_questions(NOTHING_SAID)
    else:
        assert await analyst.count_questions(NOTHING_SAID) == said
    await analyst.hear_emotion(NOTHING_SAID)

    assert measured == [("questions", "scripted", outcome), ("emotion", "scripted", "answered")]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (3, "answered"),
        (MemoriesTimedOut("late"), "timed_out"),
        (MemoriesRefused("no"), "refused"),
        (MemoriesUnavailable("away"), "unavailable"),
    ],
)
async def test_so_are_memories(said: int | Exception, outcome: str) -> None:
    measured: Measured = []
    memories = TimedMemories(memories=ScriptedMemories(counts=[said]), measure=measuring(measured))

    await asyncio.gather(
        memories.extract(UserId("user_42"), ConversationId("conv_1"), NOTHING_SAID), return_exceptions=True
    )

    assert measured == [("memories", memories.provider, outcome)]


async def test_a_part_that_is_cancelled_is_measured_too() -> None:
    measured: Measured = []
    patient = PatientAnalyst()
    asked = asyncio.create_task(
        TimedAnalyst(analyst=patient, measure=measuring(measured)).count_questions(NOTHING_SAID)
    )
    await patient.asked.wait()

    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)

    assert [outcome for _, _, outcome in measured] == ["cancelled"]
