"""Analysts that take their time."""

import asyncio
from dataclasses import dataclass, field

from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.identifiers import ConversationId, UserId


@dataclass(slots=True, kw_only=True)
class PatientAnalyst(ConversationAnalyst):
    """Has begun when ``asked``, answers when ``released``."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: list[str] = field(default_factory=list)

    @property
    def provider(self) -> str:
        return "patient"

    async def count_questions(self, conversation: Conversation) -> int:
        await self._wait("questions")
        return 1

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion:
        await self._wait("emotion")
        return SessionEmotion.NEUTRAL

    async def _wait(self, part: str) -> None:
        self.asked.set()
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.cancelled.append(part)
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAnalyst(ConversationAnalyst):
    """Answers when everybody who is expected has been asked."""

    barrier: asyncio.Barrier

    @property
    def provider(self) -> str:
        return "meeting"

    async def count_questions(self, conversation: Conversation) -> int:
        await self.barrier.wait()
        return 1

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion:
        await self.barrier.wait()
        return SessionEmotion.HAPPY


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMemories(MemoryExtractor):
    barrier: asyncio.Barrier

    @property
    def provider(self) -> str:
        return "meeting"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        await self.barrier.wait()
        return 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingMemories(MemoryExtractor):
    @property
    def provider(self) -> str:
        return "hanging"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingAnalyst(ConversationAnalyst):
    """Opens a transaction of its own before it answers."""

    unit_of_work: UnitOfWorkFactory

    @property
    def provider(self) -> str:
        return "writing"

    async def count_questions(self, conversation: Conversation) -> int:
        async with self.unit_of_work() as work:
            await work.commit()
        return 0

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion:
        async with self.unit_of_work() as work:
            await work.commit()
        return SessionEmotion.NEUTRAL
