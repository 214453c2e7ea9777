from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.identifiers import ConversationId, UserId

Answer = TypeVar("Answer")


@dataclass(slots=True, kw_only=True)
class ScriptedAnalyst(ConversationAnalyst):
    """Answers what it was told to; an exception among the answers is raised. The last answer repeats."""

    questions: Sequence[int | Exception | None] = (0,)
    emotions: Sequence[SessionEmotion | Exception | None] = (SessionEmotion.NEUTRAL,)
    asked: list[str] = field(default_factory=list)

    @property
    def provider(self) -> str:
        return "scripted"

    async def count_questions(self, conversation: Conversation) -> int | None:
        self.asked.append("questions")
        return _next(self.questions, self.asked.count("questions"))

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        self.asked.append("emotion")
        return _next(self.emotions, self.asked.count("emotion"))


@dataclass(slots=True, kw_only=True)
class ScriptedMemories(MemoryExtractor):
    """Like ScriptedAnalyst, for memories."""

    counts: Sequence[int | Exception | None] = (0,)
    asked: list[ConversationId] = field(default_factory=list)

    @property
    def provider(self) -> str:
        return "scripted"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int | None:
        self.asked.append(conversation_id)
        return _next(self.counts, len(self.asked))


def _next(answers: Sequence[Answer | Exception], call: int) -> Answer:
    answer = answers[min(call, len(answers)) - 1]
    if isinstance(answer, Exception):
        raise answer
    return answer
