"""The shape of an explanation: what was considered for each place of an answer, and why it was passed over."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, TopicId

CHOSEN = "chosen"
MOST_CANDIDATES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    agent_id: AgentId | None
    """None: the topic has no row that could be offered."""
    topic_id: TopicId
    friendship_level: FriendshipLevel
    score: float | None
    turns: int | None
    """Both of the user and the topic; None: unseen, or not asked about for this place."""
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedSlot:
    slot: str
    reason: str | None
    """None: nothing was chosen."""
    candidates: tuple[Considered, ...]
    left_out: int
    """Candidates beyond the hundred that are told, of which none was chosen."""

    @classmethod
    def of(cls, slot: str, reason: str | None, candidates: Iterable[Considered]) -> "ExplainedSlot":
        """The one that was chosen comes first; the others keep their order."""
        ordered = sorted(candidates, key=lambda candidate: candidate.verdict != CHOSEN)
        told = tuple(islice(ordered, MOST_CANDIDATES))
        return cls(slot=slot, reason=reason, candidates=told, left_out=len(ordered) - len(told))
