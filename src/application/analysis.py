"""The three analyses of a conversation, in parallel, with what may degrade and what must be tried again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from application.errors import AnalystUnavailable, MemoriesRefused, MemoriesTimedOut, MemoriesUnavailable
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation, Speaker
from domain.event import ConversationEvent
from domain.event_status import FailureCode
from domain.signals import Component, Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was heard, and why it is not enough to score if it is not."""

    signals: Signals
    failure: FailureCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Asks for what is not known yet. Holds no transaction, and ends within ``limit`` whatever hangs."""

    analyst: ConversationAnalyst
    memories: MemoryExtractor
    limit: timedelta

    async def __call__(
        self, event: ConversationEvent, conversation: Conversation, *, parts: frozenset[Component] | None = None
    ) -> Findings:
        """``parts``: of these only what is not known yet; None: of all."""
        missing = (frozenset(Component) if parts is None else parts) - event.signals.known
        tasks = [asyncio.create_task(work) for work in self._asked(missing, event, conversation)]
        answered = await _within(self.limit, tasks)
        findings = _merged(event.signals, [task.result() for task in answered])
        timed_out = len(answered) < len(tasks)
        return Findings(signals=findings.signals, failure=FailureCode.ANALYSIS_TIMEOUT) if timed_out else findings

    def _asked(
        self, missing: frozenset[Component], event: ConversationEvent, conversation: Conversation
    ) -> list[Coroutine[Any, Any, Findings]]:
        asked: dict[Component, Callable[[], Coroutine[Any, Any, Findings]]] = {
            Component.QUESTIONS: lambda: self._questions(conversation),
            Component.EMOTION: lambda: self._emotion(conversation),
        }
        if event.reported.has_memories:
            asked[Component.MEMORIES] = lambda: self._memories(event, conversation)
        return [ask() for part, ask in asked.items() if part in missing]

    async def _questions(self, conversation: Conversation) -> Findings:
        async def ask() -> Signals:
            count = await self.analyst.count_questions(conversation)
            if count is not None and not 0 <= count <= conversation.said_by(Speaker.USER):
                raise AnalystUnavailable("a count out of range")
            return Signals(questions=count, providers={Component.QUESTIONS: self.analyst.provider})

        return await _degradable(Component.QUESTIONS, ask)

    async def _emotion(self, conversation: Conversation) -> Findings:
        async def ask() -> Signals:
            emotion = await self.analyst.hear_emotion(conversation)
            return Signals(emotion=emotion, providers={Component.EMOTION: self.analyst.provider})

        return await _degradable(Component.EMOTION, ask)

    async def _memories(self, event: ConversationEvent, conversation: Conversation) -> Findings:
        async def ask() -> Signals:
            count = await self.memories.extract(event.reported.user_id, event.conversation_id, conversation)
            return Signals(memories=count, providers={Component.MEMORIES: self.memories.provider})

        try:
            return await _degradable(Component.MEMORIES, ask)
        except MemoriesTimedOut:
            return Findings(signals=Signals(), failure=FailureCode.MEMORY_API_TIMEOUT)
        except MemoriesUnavailable:
            return Findings(signals=Signals(), failure=FailureCode.MEMORY_API_UNAVAILABLE)


async def _degradable(part: Component, ask: Callable[[], Awaitable[Signals]]) -> Findings:
    try:
        return Findings(signals=await ask())
    except (AnalystUnavailable, MemoriesRefused):
        return Findings(signals=Signals(degraded=frozenset({part})))


async def _within(limit: timedelta, tasks: list[asyncio.Task[Findings]]) -> list[asyncio.Task[Findings]]:
    """The tasks that finished in time; the others are cancelled and waited for, also when we are cancelled."""
    if not tasks:
        return []
    try:
        await asyncio.wait(tasks, timeout=limit.total_seconds(), return_when=asyncio.FIRST_EXCEPTION)
        answered = [task for task in tasks if task.done()]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in answered:
        task.result()
    return answered


def _merged(known: Signals, found: list[Findings]) -> Findings:
    signals = known
    for findings in found:
        signals = signals.completed_by(findings.signals)
    failures = [findings.failure for findings in found if findings.failure]
    return Findings(signals=signals, failure=failures[0] if failures else None)
