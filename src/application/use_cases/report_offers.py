from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from application.ports.offers import AgentUse, Offers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOffers:
    """Safe to repeat: reads only. Raises DependencyUnavailable."""

    offers: Offers

    async def __call__(self, *, since: datetime) -> Sequence[AgentUse]:
        return await self.offers.use_of_agents(since=since)
