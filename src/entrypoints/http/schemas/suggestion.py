from typing import Annotated

import msgspec

from domain.agent_type import AgentType
from domain.friendship_level import FriendshipLevel
from domain.suggestion.suggestion import SuggestedAgent, Suggestion
from entrypoints.http.schemas.numbers import Count
from entrypoints.http.schemas.texts import Id

MAX_SEED = 2**63 - 1


class SuggestBody(msgspec.Struct, frozen=True, kw_only=True):
    user_id: Id
    seed: Annotated[int, msgspec.Meta(ge=-MAX_SEED, le=MAX_SEED)] | None = None


class FiguresData(msgspec.Struct, frozen=True, kw_only=True):
    topic_score: float
    total_turns: Count


class AgentData(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: str
    agent_name: str
    agent_type: AgentType
    friendship_level: FriendshipLevel
    topic_id: str
    agent_description: str
    final_prompt: str | None
    reason: str
    metadata: FiguresData | None


class ConsideredData(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: str | None
    topic_id: str
    friendship_level: FriendshipLevel
    score: float | None
    turns: Count | None
    verdict: str


class ExplainedSlotData(msgspec.Struct, frozen=True, kw_only=True):
    slot: str
    reason: str | None
    candidates: list[ConsideredData]
    left_out: Count


class SuggestionData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    user_id: str
    friendship_level: FriendshipLevel
    greeting_agent: AgentData
    talk_agents: list[AgentData]
    game_agents: list[AgentData]
    review_agent: AgentData | None
    wrap_up_agent: AgentData | None
    backup_agents: list[AgentData]
    seed: int
    stale: bool = False
    """Told when it is so: what was known of the user may be out of date."""
    explanation: list[ExplainedSlotData] | None = None
    """Told when asked for."""


def shown(suggestion: Suggestion) -> SuggestionData:
    return SuggestionData(
        user_id=suggestion.user_id,
        friendship_level=suggestion.friendship_level,
        greeting_agent=_agent(suggestion.greeting),
        talk_agents=[_agent(agent) for agent in suggestion.talks],
        game_agents=[_agent(agent) for agent in suggestion.games],
        review_agent=_agent(suggestion.review) if suggestion.review else None,
        wrap_up_agent=_agent(suggestion.wrap_up) if suggestion.wrap_up else None,
        backup_agents=[_agent(agent) for agent in suggestion.backups],
        seed=suggestion.seed,
        stale=suggestion.stale,
        explanation=_explanation(suggestion) if suggestion.explanation else None,
    )


def _agent(suggested: SuggestedAgent) -> AgentData:
    row, figures = suggested.agenda, suggested.metadata
    return AgentData(
        agent_id=row.agent_id,
        agent_name=suggested.agent_name,
        agent_type=row.agent_type,
        friendship_level=row.friendship_level,
        topic_id=row.topic_id,
        agent_description=suggested.agent_description,
        final_prompt=suggested.final_prompt,
        reason=suggested.reason,
        metadata=FiguresData(topic_score=figures.topic_score, total_turns=figures.total_turns) if figures else None,
    )


def _explanation(suggestion: Suggestion) -> list[ExplainedSlotData]:
    return msgspec.convert(msgspec.to_builtins(suggestion.explanation), list[ExplainedSlotData])
