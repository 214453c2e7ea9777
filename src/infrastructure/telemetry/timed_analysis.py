"""How long each part of an analysis takes, and how it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from application.errors import (
    AnalystOverRate,
    AnalystTimedOut,
    AnalystUnavailable,
    MemoriesRefused,
    MemoriesTimedOut,
    MemoriesUnavailable,
)
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.identifiers import ConversationId, UserId
from domain.signals import Component
from infrastructure.telemetry.stages import stage

Answer = TypeVar("Answer")
Measure = Callable[[str, str, str, float], None]
"""Component, provider, outcome, seconds. Never fails."""
ANSWERED, NOBODY_ASKED, BROKEN = "answered", "nobody_asked", "error"
OUTCOMES: dict[type[BaseException], str] = {
    AnalystTimedOut: "timed_out",
    AnalystOverRate: "rate_limited",
    AnalystUnavailable: "unavailable",
    MemoriesTimedOut: "timed_out",
    MemoriesRefused: "refused",
    MemoriesUnavailable: "unavailable",
    asyncio.CancelledError: "cancelled",
}


async def _timed(part: Component, provider: str, answer: Awaitable[Answer], measure: Measure) -> Answer:
    began_at, outcome = time.monotonic(), BROKEN
    try:
        with stage(part.value):
            found = await answer
    except BaseException as error:
        outcome = OUTCOMES.get(type(error), BROKEN)
        raise
    else:
        outcome = NOBODY_ASKED if found is None else ANSWERED
        return found
    finally:
        measure(part.value, provider, outcome, time.monotonic() - began_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedAnalyst(ConversationAnalyst):
    analyst: ConversationAnalyst
    measure: Measure

    @property
    def provider(self) -> str:
        return self.analyst.provider

    async def count_questions(self, conversation: Conversation) -> int | None:
        answer = self.analyst.count_questions(conversation)
        return await _timed(Component.QUESTIONS, self.provider, answer, self.measure)

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        answer = self.analyst.hear_emotion(conversation)
        return await _timed(Component.EMOTION, self.provider, answer, self.measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedMemories(MemoryExtractor):
    memories: MemoryExtractor
    measure: Measure

    @property
    def provider(self) -> str:
        return self.memories.provider

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int | None:
        answer = self.memories.extract(user_id, conversation_id, conversation)
        return await _timed(Component.MEMORIES, self.provider, answer, self.measure)
