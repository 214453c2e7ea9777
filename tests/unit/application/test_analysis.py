import asyncio
from datetime import timedelta

import pytest

from application.analysis import Analysis, Findings
from application.errors import AnalystUnavailable, MemoriesTimedOut
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from domain.emotion import SessionEmotion
from domain.event import ConversationEvent
from domain.event_status import FailureCode
from domain.signals import Component, Signals
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.switched_off.analyst import NoAnalyst, NoMemories
from tests.examples import a_conversation, a_reported_conversation, an_event
from tests.unit.application.analysts import HangingMemories, MeetingAnalyst, MeetingMemories, PatientAnalyst

GUARD_SECONDS = 10
NEUTRAL, HAPPY = SessionEmotion.NEUTRAL, SessionEmotion.HAPPY


async def _analysed(
    analyst: ConversationAnalyst | None = None,
    memories: MemoryExtractor | None = None,
    *,
    event: ConversationEvent | None = None,
    limit: timedelta = timedelta(seconds=GUARD_SECONDS),
) -> Findings:
    analysis = Analysis(analyst=analyst or ScriptedAnalyst(), memories=memories or ScriptedMemories(), limit=limit)
    async with asyncio.timeout(2 * GUARD_SECONDS):
        return await analysis(event or an_event(), a_conversation("pu pu up"))


async def test_the_three_parts_are_asked_in_parallel() -> None:
    barrier = asyncio.Barrier(3)  # nobody passes before all three have come

    findings = await _analysed(MeetingAnalyst(barrier=barrier), MeetingMemories(barrier=barrier))

    assert findings.failure is None
    assert findings.signals == Signals(
        questions=1, emotion=HAPPY, memories=2, providers=dict.fromkeys(Component, "meeting")
    )


async def test_it_ends_by_its_limit_with_what_was_heard_in_time() -> None:
    findings = await _analysed(
        ScriptedAnalyst(questions=[2], emotions=[HAPPY]), HangingMemories(), limit=timedelta(milliseconds=20)
    )

    assert findings.failure is FailureCode.ANALYSIS_TIMEOUT
    assert (findings.signals.questions, findings.signals.emotion, findings.signals.memories) == (2, HAPPY, None)
    assert findings.signals.degraded == set()


async def test_what_takes_too_long_is_cancelled() -> None:
    analyst = PatientAnalyst()

    findings = await _analysed(analyst, ScriptedMemories(counts=[3]), limit=timedelta(milliseconds=20))

    assert sorted(analyst.cancelled) == ["emotion", "questions"]
    assert findings.signals.memories == 3


async def test_a_late_analysis_is_late_also_when_the_memory_service_has_failed() -> None:
    findings = await _analysed(
        PatientAnalyst(), ScriptedMemories(counts=[MemoriesTimedOut("late")]), limit=timedelta(milliseconds=20)
    )

    assert findings.failure is FailureCode.ANALYSIS_TIMEOUT


async def test_a_lesson_never_asks_for_memories() -> None:
    memories = ScriptedMemories(counts=[9])
    lesson = an_event(reported=a_reported_conversation(bot_type=" Next-Lesson"))

    findings = await _analysed(memories=memories, event=lesson)

    assert memories.asked == []
    assert findings.signals.memories is None
    assert Component.MEMORIES not in findings.signals.degraded


@pytest.mark.parametrize(("count", "believed"), [(-1, False), (0, True), (3, True), (4, False)])
async def test_only_a_count_between_none_and_all_the_child_said_is_believed(count: int, *, believed: bool) -> None:
    findings = await _analysed(ScriptedAnalyst(questions=[count]))

    assert findings.signals.questions == (count if believed else None)
    assert (Component.QUESTIONS in findings.signals.degraded) is not believed
    assert findings.failure is None


async def test_what_is_switched_off_is_neither_degraded_nor_known() -> None:
    findings = await _analysed(NoAnalyst(), NoMemories())

    assert findings.failure is None
    assert findings.signals.known == findings.signals.degraded == set()
    assert set(findings.signals.providers.values()) == {"off"}


async def test_what_is_known_is_not_asked_and_not_overwritten() -> None:
    analyst, memories = ScriptedAnalyst(questions=[0]), ScriptedMemories(counts=[9])
    known = Signals(questions=2, memories=5, providers={Component.QUESTIONS: "earlier", Component.MEMORIES: "earlier"})

    findings = await _analysed(analyst, memories, event=an_event(signals=known))

    assert (analyst.asked, memories.asked) == (["emotion"], [])
    assert (findings.signals.questions, findings.signals.emotion, findings.signals.memories) == (2, NEUTRAL, 5)
    assert findings.signals.providers == {
        Component.QUESTIONS: "earlier",
        Component.MEMORIES: "earlier",
        Component.EMOTION: "scripted",
    }


async def test_nothing_is_asked_when_everything_is_known() -> None:
    analyst, known = ScriptedAnalyst(), Signals(questions=1, emotion=HAPPY, memories=0)

    findings = await _analysed(analyst, event=an_event(signals=known))

    assert analyst.asked == []
    assert findings == Findings(signals=known)


async def test_a_failing_memory_service_does_not_hide_what_the_analyst_heard() -> None:
    findings = await _analysed(
        ScriptedAnalyst(questions=[AnalystUnavailable("away")], emotions=[HAPPY]),
        ScriptedMemories(counts=[MemoriesTimedOut("late")]),
    )

    assert findings.failure is FailureCode.MEMORY_API_TIMEOUT
    assert findings.signals == Signals(
        emotion=HAPPY, degraded=frozenset({Component.QUESTIONS}), providers={Component.EMOTION: "scripted"}
    )


async def test_something_unexpected_is_raised_and_ends_the_rest() -> None:
    analyst = PatientAnalyst()

    with pytest.raises(ZeroDivisionError):
        await _analysed(analyst, ScriptedMemories(counts=[ZeroDivisionError()]))

    assert sorted(analyst.cancelled) == ["emotion", "questions"]


async def test_when_it_is_cancelled_so_are_its_parts() -> None:
    analyst = PatientAnalyst()
    analysing = asyncio.create_task(_analysed(analyst))
    await analyst.asked.wait()

    analysing.cancel()
    await asyncio.gather(analysing, return_exceptions=True)

    assert analysing.cancelled()
    assert sorted(analyst.cancelled) == ["emotion", "questions"]
