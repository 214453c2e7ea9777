from dataclasses import dataclass

from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation
from domain.identifiers import ConversationId, UserId
from infrastructure.tracing.tracer import Attributes, Kind, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedMemories(MemoryExtractor):
    """Tells how long the memory service took and how many facts it counted, never which."""

    memories: MemoryExtractor
    tracer: Tracer

    @property
    def provider(self) -> str:
        return self.memories.provider

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int | None:
        attributes: Attributes = {
            "analysis.provider": self.provider,
            "conversation.utterances": len(conversation.utterances),
        }
        with self.tracer.span("extract memories", kind=Kind.CLIENT, attributes=attributes) as span:
            count = await self.memories.extract(user_id, conversation_id, conversation)
            if count is not None:
                span.note({"memories.count": count})
            return count
