from collections.abc import Sequence
from dataclasses import dataclass

from application.errors import AnalystUnavailable
from application.ports.conversation_analyst import ConversationAnalyst
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.evaluation import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledConversation:
    language: str
    conversation: Conversation
    questions: int
    emotion: SessionEmotion


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateAnalyst:
    """Has labelled conversations analysed, one after the other. Safe to repeat: nothing is written anywhere."""

    analyst: ConversationAnalyst

    async def __call__(self, labelled: Sequence[LabelledConversation]) -> Sequence[Judged]:
        return [await self._judged(one) for one in labelled]

    async def _judged(self, one: LabelledConversation) -> Judged:
        return Judged(
            language=one.language,
            questions=one.questions,
            emotion=one.emotion,
            heard_questions=await self._questions(one.conversation),
            heard_emotion=await self._emotion(one.conversation),
        )

    async def _questions(self, conversation: Conversation) -> int | None:
        try:
            return await self.analyst.count_questions(conversation)
        except AnalystUnavailable:
            return None

    async def _emotion(self, conversation: Conversation) -> SessionEmotion | None:
        try:
            return await self.analyst.hear_emotion(conversation)
        except AnalystUnavailable:
            return None
