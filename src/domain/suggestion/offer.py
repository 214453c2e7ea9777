from dataclasses import dataclass
from datetime import datetime

from domain.identifiers import AgentId, UserId
from domain.suggestion.suggestion import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAgent:
    agent_id: AgentId
    agent_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is kept of a suggestion: who was offered what, from which catalogue. With the seed it can be repeated."""

    user_id: UserId
    seed: int
    agents: tuple[OfferedAgent, ...]
    """In the order of the answer: greeting, talks, games, review, wrap-up, backups."""
    catalogue_version: int
    offered_at: datetime

    @classmethod
    def of(cls, suggestion: Suggestion, *, catalogue_version: int, at: datetime) -> "Offer":
        extras = [extra for extra in (suggestion.review, suggestion.wrap_up) if extra]
        chosen = (suggestion.greeting, *suggestion.talks, *suggestion.games, *extras, *suggestion.backups)
        return cls(
            user_id=suggestion.user_id,
            seed=suggestion.seed,
            agents=tuple(
                OfferedAgent(agent_id=agent.agenda.agent_id, agent_tag=agent.agenda.agent_tag) for agent in chosen
            ),
            catalogue_version=catalogue_version,
            offered_at=at,
        )
