from typing import Protocol

from domain.conversation import Conversation
from domain.identifiers import ConversationId, UserId


class MemoryExtractor(Protocol):
    """Learns lasting facts about a child from a conversation, and keeps them elsewhere."""

    @property
    def provider(self) -> str:
        """Who answers, as told in score details; one word."""
        ...

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int | None:
        """The number of new facts, >= 0; safe to repeat for one conversation id. None: switched off.

        Raises MemoriesTimedOut, MemoriesUnavailable (both worth another attempt), MemoriesRefused (not).
        """
        ...
