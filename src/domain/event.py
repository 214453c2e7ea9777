"""The life of a conversation event: which state may follow which, and what each step writes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.conversation import Conversation, Speaker
from domain.ended_conversation import EndedConversation
from domain.errors import DomainError
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.friendship_level import FriendshipLevel
from domain.healing import Healing
from domain.identifiers import ConversationId, EventId
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoreBreakdown
from domain.signals import Signals


class IllegalTransition(DomainError):
    def __init__(self, status: EventStatus, wish: str) -> None:
        super().__init__(f"An event that is {status} cannot be {wish}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSummary:
    """Numbers of utterances; ``size_bytes`` is that of the log as JSON, before compression."""

    utterances: int
    pika: int
    user: int
    size_bytes: int

    @classmethod
    def of(cls, conversation: Conversation, *, size_bytes: int) -> "LogSummary":
        return cls(
            utterances=len(conversation.utterances),
            pika=conversation.said_by(Speaker.PIKA),
            user=conversation.said_by(Speaker.USER),
            size_bytes=size_bytes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    worker: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at scoring an event. ``number`` only ever grows, also when an event is retried afresh."""

    number: int
    worker: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: AttemptOutcome | None = None
    error_code: FailureCode | None = None


LOG_FORGOTTEN = "none:"
"""Where the log of an event lies that had one, until it was old enough to be forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event on its way into the store, which gives it its id."""

    conversation_id: ConversationId
    reported: EndedConversation
    log: LogSummary
    log_location: str
    fingerprint: str
    """SHA-256, hexadecimal, over everything reported: equal means the same post again."""
    created_at: datetime
    traceparent: str | None = None
    """W3C trace context of the report, for whoever follows the event through processes; means nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEvent:
    """The durable record of one ended conversation and of how far its processing is.

    ``fence`` numbers the claims: only the holder of the latest may write an outcome. ``attempt_count`` counts
    the attempts that used up a retry; handing back a claim gives one back, the fence stays.
    """

    event_id: EventId
    conversation_id: ConversationId
    reported: EndedConversation
    log: LogSummary
    log_location: str
    fingerprint: str
    created_at: datetime
    status: EventStatus = EventStatus.PENDING
    attempt_count: int = 0
    fence: int = 0
    next_attempt_at: datetime | None = None
    lease: Lease | None = None
    processed_at: datetime | None = None
    error_code: FailureCode | None = None
    error_details: str | None = None
    signals: Signals = field(default_factory=Signals)
    score: ScoreBreakdown | None = None
    new_friendship_level: FriendshipLevel | None = None
    healing: Healing = field(default_factory=Healing)
    traceparent: str | None = None

    @property
    def has_log(self) -> bool:
        return self.log_location != LOG_FORGOTTEN

    def is_due(self, now: datetime) -> bool:
        """May be claimed: waiting and due, or abandoned by a worker whose lease ran out."""
        if self.status in (EventStatus.PENDING, EventStatus.FAILED):
            return self.next_attempt_at is not None and self.next_attempt_at <= now
        return self.status is EventStatus.PROCESSING and self.lease is not None and self.lease.expires_at <= now

    @property
    def is_waiting(self) -> bool:
        """For its time, with attempts left."""
        return self.status in (EventStatus.PENDING, EventStatus.FAILED)

    def claimed(self, *, worker: str, now: datetime, lease: timedelta, early: bool = False) -> "ConversationEvent":
        """``early``: somebody asks for it now, and does not wait until it is due."""
        if not (self.is_due(now) or (early and self.is_waiting)):
            raise IllegalTransition(self.status, "claimed")
        return replace(
            self,
            status=EventStatus.PROCESSING,
            attempt_count=self.attempt_count + 1,
            fence=self.fence + 1,
            lease=Lease(worker=worker, expires_at=now + lease),
        )

    def having_heard(self, signals: Signals) -> "ConversationEvent":
        """With what analysis learnt so far."""
        return replace(self, signals=signals)

    def processed(
        self,
        *,
        now: datetime,
        signals: Signals,
        score: ScoreBreakdown,
        level: FriendshipLevel,
        heal_at: datetime | None = None,
    ) -> "ConversationEvent":
        """``heal_at``: when to look again for what could not be analysed."""
        self._must_be_processing("processed")
        return replace(
            self,
            status=EventStatus.PROCESSED,
            lease=None,
            next_attempt_at=None,
            processed_at=now,
            error_code=None,
            error_details=None,
            signals=signals,
            score=score,
            new_friendship_level=level,
            healing=Healing(due_at=heal_at),
        )

    def rescored(
        self, score: ScoreBreakdown, *, signals: Signals | None = None, level: FriendshipLevel
    ) -> "ConversationEvent":
        """It counts something else now: by what was heard later, or under other rules."""
        if self.status is not EventStatus.PROCESSED:
            raise IllegalTransition(self.status, "rescored")
        return replace(self, signals=signals or self.signals, score=score, new_friendship_level=level)

    def failed(
        self, code: FailureCode, *, details: str, now: datetime, signals: Signals, schedule: RetrySchedule, draw: float
    ) -> "ConversationEvent":
        """``draw`` is uniform in [-1, 1]. What was learnt is kept, so that a retry need not pay for it again."""
        self._must_be_processing("failed")
        wait = schedule.wait_after(self.attempt_count, draw=draw)
        return replace(
            self,
            status=EventStatus.PERMANENTLY_FAILED if wait is None else EventStatus.FAILED,
            lease=None,
            next_attempt_at=None if wait is None else now + wait,
            error_code=code,
            error_details=details,
            signals=signals,
        )

    def handed_back(self, *, now: datetime) -> "ConversationEvent":
        """A worker that stops returns its claim; the attempt does not count."""
        self._must_be_processing("handed back")
        return replace(
            self,
            status=EventStatus.PENDING,
            attempt_count=self.attempt_count - 1,
            lease=None,
            next_attempt_at=now,
        )

    def retried(self, *, now: datetime) -> "ConversationEvent":
        """A person gives a failed event all its attempts again."""
        if self.status not in (EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED):
            raise IllegalTransition(self.status, "retried")
        return replace(self, status=EventStatus.PENDING, attempt_count=0, next_attempt_at=now)

    def skipped(self) -> "ConversationEvent":
        """A person decides that this event is never processed; the next fence shuts out a running worker."""
        if self.status is EventStatus.PROCESSED:
            raise IllegalTransition(self.status, "skipped")
        return replace(self, status=EventStatus.SKIPPED, fence=self.fence + 1, lease=None, next_attempt_at=None)

    def _must_be_processing(self, wish: str) -> None:
        if self.status is not EventStatus.PROCESSING:
            raise IllegalTransition(self.status, wish)
