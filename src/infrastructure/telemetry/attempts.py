import time
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Protocol

import structlog
from structlog.contextvars import bind_contextvars

from application.ports.attempt_recorder import AttemptRecorder
from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from infrastructure.telemetry.stages import begin_stages, stages_so_far

log = structlog.get_logger("attempts")
GIVEN_UP = "permanently_failed"
OUTCOMES = (*(outcome.value.lower() for outcome in AttemptOutcome if outcome is not AttemptOutcome.SKIPPED), GIVEN_UP)


class EarlierFailure(StrEnum):
    """Why an event had to be tried again: its latest failed attempt before the one that scored it."""

    NONE = auto()
    DEPENDENCY = auto()
    OTHER = auto()

    @classmethod
    def of(cls, code: FailureCode | None) -> "EarlierFailure":
        if code is None:
            return cls.NONE
        return cls.DEPENDENCY if code.is_of_a_dependency else cls.OTHER


class AttemptMeter(Protocol):
    """Never fails, and costs next to nothing. Outcomes and earlier failures are one of a few."""

    def attempted(self, outcome: str, seconds: float) -> None: ...

    def processed(self, seconds: float, earlier_failure: str) -> None:
        """So long after the event was accepted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAttempts(AttemptRecorder):
    """One line for each attempt, with its parts; and every line of the attempt bears the ids of its event."""

    meter: AttemptMeter

    def began(self, event: ConversationEvent) -> None:
        bind_contextvars(event_id=event.event_id, conversation_id=event.conversation_id)
        begin_stages(failed_before=event.error_code)

    def ended(self, event: ConversationEvent, outcome: AttemptOutcome) -> None:
        stages, now = stages_so_far(), time.monotonic()
        seconds = now - stages.began_at
        kind = GIVEN_UP if event.status is EventStatus.PERMANENTLY_FAILED else outcome.value.lower()
        self.meter.attempted(kind, seconds)
        if outcome is AttemptOutcome.PROCESSED and event.processed_at is not None:
            waited = (event.processed_at - event.created_at).total_seconds()
            self.meter.processed(waited, EarlierFailure.of(stages.failed_before))
        parts = {**stages.seconds, "commit": now - stages.latest_at}
        log.info(
            "attempt ended",
            event_id=event.event_id,
            conversation_id=event.conversation_id,
            attempt=event.fence,
            outcome=kind,
            error_code=event.error_code if outcome is AttemptOutcome.FAILED else None,
            seconds=round(seconds, 3),
            stages={name: round(part, 3) for name, part in parts.items()},
        )
