from dataclasses import dataclass

from domain.catalogue import Agenda
from domain.friendship_level import FriendshipLevel
from domain.identifiers import UserId
from domain.suggestion.explanation import ExplainedSlot

DESCRIPTION_LENGTH = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFigures:
    topic_score: float
    total_turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedAgent:
    agenda: Agenda
    reason: str
    final_prompt: str | None
    metadata: TopicFigures | None

    @property
    def agent_name(self) -> str:
        return self.agenda.agent_id.replace("_", " ").title()

    @property
    def agent_description(self) -> str:
        """The first line of the agenda that is not blank."""
        lines = (line.strip() for line in self.agenda.talking_agenda.splitlines())
        return next((line for line in lines if line), "")[:DESCRIPTION_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    user_id: UserId
    friendship_level: FriendshipLevel
    greeting: SuggestedAgent
    talks: tuple[SuggestedAgent, ...]
    games: tuple[SuggestedAgent, ...]
    review: SuggestedAgent | None
    wrap_up: SuggestedAgent | None
    backups: tuple[SuggestedAgent, ...]
    seed: int
    stale: bool = False
    """What was known of the user may be out of date: the database could not be asked."""
    explanation: tuple[ExplainedSlot, ...] = ()
    """Told only when asked for."""
