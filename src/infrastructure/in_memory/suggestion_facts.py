from dataclasses import dataclass

from application.ports.suggestion_facts import SuggestionFacts, SuggestionFactsSource
from domain.friendship import Friendship
from domain.identifiers import UserId
from infrastructure.in_memory.conversation_events import InMemoryConversationEvents
from infrastructure.in_memory.database import InMemoryDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemorySuggestionFacts(SuggestionFactsSource):
    database: InMemoryDatabase

    async def of_user(self, user_id: UserId) -> SuggestionFacts:
        self.database.must_answer()
        self.database.round_trips += 1
        friendship = self.database.tables.friendships.setdefault(user_id, Friendship(user_id=user_id))
        events = InMemoryConversationEvents(self.database, self.database.tables)
        recent = await events.recent_greeting_tags(user_id, limit=3)
        return SuggestionFacts(friendship=friendship, recent_greetings=tuple(recent))
