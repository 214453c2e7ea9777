from dataclasses import dataclass, field

from application.ports.attempt_recorder import AttemptRecorder
from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome
from domain.identifiers import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedAttempts(AttemptRecorder):
    begun: list[EventId] = field(default_factory=list)
    over: list[tuple[EventId, AttemptOutcome]] = field(default_factory=list)

    def began(self, event: ConversationEvent) -> None:
        self.begun.append(event.event_id)

    def ended(self, event: ConversationEvent, outcome: AttemptOutcome) -> None:
        self.over.append((event.event_id, outcome))
