from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.degraded_scores import DegradedScores
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.healing import Healing
from domain.identifiers import EventId, UserId
from infrastructure.in_memory.database import Tables


class InMemoryDegradedScores(DegradedScores):
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def due(self, now: datetime, *, limit: int) -> Sequence[ConversationEvent]:
        due = [event for event in self._tables.events.values() if event.healing.is_due(now)]
        return sorted(due, key=lambda event: (event.healing.due_at or now, event.event_id))[:limit]

    async def all_of(self, user_id: UserId | None, *, after: EventId | None, limit: int) -> Sequence[ConversationEvent]:
        meant = [event for event in self._tables.events.values() if user_id in (None, event.reported.user_id)]
        beyond = [event for event in meant if _is_degraded(event) and event.event_id > (after or 0)]
        return sorted(beyond, key=lambda event: event.event_id)[:limit]

    async def claim(
        self, event_id: EventId, *, now: datetime, until: datetime, early: bool = False
    ) -> ConversationEvent | None:
        event = self._tables.events.get(event_id)
        if event is None or not _is_degraded(event):
            return None
        healing = event.healing
        if not (healing.is_due(now) or (early and healing.is_free(now))):
            return None
        claimed = replace(event, healing=replace(healing, tries=healing.tries + 1, leased_until=until))
        self._tables.events[event_id] = claimed
        return claimed

    async def finish(self, claimed: ConversationEvent, *, again_at: datetime | None) -> bool:
        event = self._tables.events.get(claimed.event_id)
        if event is None or event.healing.tries != claimed.healing.tries or event.healing.leased_until is None:
            return False
        done = Healing(due_at=again_at, tries=event.healing.tries)
        self._tables.events[event.event_id] = replace(event, healing=done)
        return True


def _is_degraded(event: ConversationEvent) -> bool:
    return event.status is EventStatus.PROCESSED and bool(event.signals.degraded)
