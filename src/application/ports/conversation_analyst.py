from typing import Protocol

from domain.conversation import Conversation
from domain.emotion import SessionEmotion


class ConversationAnalyst(Protocol):
    """Understands what a child said."""

    @property
    def provider(self) -> str:
        """Who answers, as told in score details; one word."""
        ...

    async def count_questions(self, conversation: Conversation) -> int | None:
        """How many questions the child raised; answers to Pika do not count, and when unsure it counts less.

        None: analysis is switched off. Raises AnalystUnavailable.
        """
        ...

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        """The overall feeling of the session. None: analysis is switched off. Raises AnalystUnavailable."""
        ...
