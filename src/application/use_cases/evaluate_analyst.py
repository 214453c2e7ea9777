from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from application.errors import AnalystUnavailable
from application.ports.conversation_analyst import ConversationAnalyst
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.evaluation import Judged

Answer = TypeVar("Answer")


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
        failures = list[str]()
        return Judged(
            language=one.language,
            questions=one.questions,
            emotion=one.emotion,
            heard_questions=await _answered(self.analyst.count_questions(one.conversation), failures),
            heard_emotion=await _answered(self.analyst.hear_emotion(one.conversation), failures),
            failures=tuple(failures),
        )


async def _answered(asked: Awaitable[Answer | None], failures: list[str]) -> Answer | None:
    try:
        return await asked
    except AnalystUnavailable as failure:
        failures.append(str(failure))
        return None
