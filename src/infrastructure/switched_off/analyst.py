from application.errors import MemoriesRefused
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation
from domain.identifiers import ConversationId, UserId


class NoAnalyst(ConversationAnalyst):
    """Analysis is switched off: nothing is asked, nothing counts, nothing is degraded."""

    @property
    def provider(self) -> str:
        return "off"

    async def count_questions(self, conversation: Conversation) -> None:
        return None

    async def hear_emotion(self, conversation: Conversation) -> None:
        return None


class NoMemories(MemoryExtractor):
    """There is no memory service: no conversation brings memories."""

    @property
    def provider(self) -> str:
        return "off"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> None:
        return None


class UnaskedMemories(MemoryExtractor):
    """There is a memory service, but asking it would leave a trace: the count stays unknown, and is told so."""

    @property
    def provider(self) -> str:
        return "unasked"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> None:
        raise MemoriesRefused(conversation_id)
