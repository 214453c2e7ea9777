from dataclasses import dataclass

from application.ports.conversation_analyst import ConversationAnalyst
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from infrastructure.tracing.tracer import Attributes, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedAnalyst(ConversationAnalyst):
    """Tells who was asked for which part and how it went, never what was said or answered."""

    analyst: ConversationAnalyst
    tracer: Tracer

    @property
    def provider(self) -> str:
        return self.analyst.provider

    async def count_questions(self, conversation: Conversation) -> int | None:
        with self.tracer.span("analyse questions", attributes=self._attributes(conversation)):
            return await self.analyst.count_questions(conversation)

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        with self.tracer.span("analyse emotion", attributes=self._attributes(conversation)):
            return await self.analyst.hear_emotion(conversation)

    def _attributes(self, conversation: Conversation) -> Attributes:
        return {"analysis.provider": self.provider, "conversation.utterances": len(conversation.utterances)}
