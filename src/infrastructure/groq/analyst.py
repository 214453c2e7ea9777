from dataclasses import dataclass

from application.ports.conversation_analyst import ConversationAnalyst
from domain.conversation import Conversation, Speaker
from domain.emotion import SessionEmotion
from infrastructure.groq.answers import question_count, session_emotion
from infrastructure.groq.model import GroqModel
from infrastructure.groq.prompts import EMOTION_TASK, QUESTIONS_TASK
from infrastructure.groq.transcript import transcript

# About 30 000 tokens of Vietnamese at worst; a conversation of 45 KB fits whole.
BUDGET_CHARACTERS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GroqConversationAnalyst(ConversationAnalyst):
    """Asks a language model of Groq. A child who said nothing raised no question and is neutral: nobody is asked."""

    model: GroqModel
    budget: int = BUDGET_CHARACTERS

    @property
    def provider(self) -> str:
        return "groq"

    async def count_questions(self, conversation: Conversation) -> int | None:
        said = conversation.said_by(Speaker.USER)
        if said == 0:
            return 0
        content = await self.model.answer("questions", self._transcript(conversation), QUESTIONS_TASK)
        return question_count(content, at_most=said)

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        if conversation.said_by(Speaker.USER) == 0:
            return SessionEmotion.NEUTRAL
        content = await self.model.answer("emotion", self._transcript(conversation), EMOTION_TASK)
        return session_emotion(content)

    def _transcript(self, conversation: Conversation) -> str:
        return transcript(conversation, budget=self.budget)
