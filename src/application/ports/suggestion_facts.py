from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.friendship import Friendship
from domain.identifiers import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFacts:
    """All that an answer needs to know of a user."""

    friendship: Friendship
    recent_greetings: Sequence[str]
    """Agent tags of the last three greeting conversations, newest first."""
    stale: bool = False
    """The database did not tell them: they are remembered, or those of a stranger."""


class SuggestionFactsSource(Protocol):
    async def of_user(self, user_id: UserId) -> SuggestionFacts:
        """In one round trip, which also introduces a user we never met. Raises DependencyUnavailable."""
        ...
