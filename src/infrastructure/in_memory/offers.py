from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.ports.offers import TAKEN_WITHIN, AgentUse, OfferRecorder, Offers
from domain.catalogue import comparable
from domain.event import ConversationEvent
from domain.identifiers import AgentId
from domain.suggestion.offer import Offer
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.erasures import erased_at


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryOffers(Offers):
    database: InMemoryDatabase

    async def add(self, offers: Sequence[Offer]) -> None:
        self.database.must_answer()
        tables = self.database.tables
        for offer in offers:
            mark = erased_at(tables, offer.user_id)
            if offer not in tables.offers and (mark is None or offer.offered_at > mark):
                tables.offers.append(offer)

    async def use_of_agents(self, *, since: datetime) -> Sequence[AgentUse]:
        self.database.must_answer()
        offered, taken, change = Counter[AgentId](), Counter[AgentId](), Counter[AgentId]()
        for offer in self._since(since):
            offered.update(agent.agent_id for agent in offer.agents)
        for event in self.database.tables.events.values():
            if agent := self._led_to(event, since):
                taken[agent] += 1
                change[agent] += self._change(event)  # type: ignore[assignment]
        uses = [
            AgentUse(agent_id=agent, offered=number, taken=taken[agent], change=float(change[agent]))
            for agent, number in offered.items()
        ]
        return sorted(uses, key=lambda use: (-use.offered, use.agent_id))

    async def forget(self, *, before: datetime, limit: int) -> int:
        self.database.must_answer()
        old = [offer for offer in self.database.tables.offers if offer.offered_at < before][:limit]
        self.database.tables.offers = [offer for offer in self.database.tables.offers if offer not in old]
        return len(old)

    def _since(self, since: datetime) -> Iterator[Offer]:
        return (offer for offer in self.database.tables.offers if offer.offered_at >= since)

    def _led_to(self, event: ConversationEvent, since: datetime) -> AgentId | None:
        reported = event.reported
        tag = comparable(reported.agent_tag or "")
        before = [
            offer
            for offer in self._since(since)
            if offer.user_id == reported.user_id
            and reported.start_time - TAKEN_WITHIN <= offer.offered_at <= reported.start_time
        ]
        for offer in sorted(before, key=lambda offer: offer.offered_at, reverse=True):
            for agent in offer.agents:
                if tag and tag in (comparable(agent.agent_tag), comparable(agent.agent_id)):
                    return agent.agent_id
        return None

    def _change(self, event: ConversationEvent) -> float:
        return sum(
            entry.change
            for entry in self.database.tables.ledger
            if (entry.user_id, entry.conversation_id) == (event.reported.user_id, event.conversation_id)
        )


@dataclass(slots=True, kw_only=True)
class RememberingOfferRecorder(OfferRecorder):
    recorded: list[Offer] = field(default_factory=list)

    def record(self, offer: Offer) -> None:
        self.recorded.append(offer)
