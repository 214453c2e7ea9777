from typing import Protocol

from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome


class AttemptRecorder(Protocol):
    """Hears how attempts at scoring go. Never waits, never fails, and costs next to nothing.

    Both are called in the task that makes the attempt, or in one that it started.
    """

    def began(self, event: ConversationEvent) -> None:
        """Claimed, and so durable."""
        ...

    def ended(self, event: ConversationEvent, outcome: AttemptOutcome) -> None:
        """The event as it was written. LEASE_EXPIRED: as we had it; another worker has it now."""
        ...
