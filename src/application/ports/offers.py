from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.identifiers import AgentId
from domain.suggestion.offer import Offer

TAKEN_WITHIN = timedelta(days=1)
"""A conversation that starts later was not begun because of the offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUse:
    """How often an agent was offered, and what came of it."""

    agent_id: AgentId
    offered: int
    taken: int
    """Conversations with the agent that an offer led to."""
    change: float
    """Points that these conversations added, corrections included."""


class OfferRecorder(Protocol):
    def record(self, offer: Offer) -> None:
        """Neither waits nor raises. What there is no room for is dropped, and counted."""
        ...


class Offers(Protocol):
    """Everything that was offered, append-only. Raises DependencyUnavailable."""

    async def add(self, offers: Sequence[Offer]) -> None:
        """Adds them all or none. One that is there already, or whose user was erased since, is passed over."""
        ...

    async def use_of_agents(self, *, since: datetime) -> Sequence[AgentUse]:
        """Of offers since then, the agent offered most often first.

        A conversation belongs to the latest offer to its user, within a day before its start, that names its agent
        tag as tag or id of an agent; case and space around it do not matter.
        """
        ...

    async def forget(self, *, before: datetime, limit: int) -> int:
        """Deletes older ones, and says how many."""
        ...
