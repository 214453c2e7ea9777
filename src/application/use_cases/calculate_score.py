import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from application.analysis import Analysis
from application.errors import DependencyUnavailable, LeaseLost, LogUnavailable, NoRoom
from application.lease_keeper import LeaseKeeper
from application.ports.alerts import Alerts
from application.ports.attempt_recorder import AttemptRecorder
from application.ports.catalogues import CurrentCatalogue
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs
from application.ports.dice_factory import DiceFactory
from application.ports.log_encoder import LogEncoder
from application.ports.unit_of_work import UnitOfWorkFactory
from application.ports.working_memory import WorkingMemory
from application.uncrowded import uncrowded_draw
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from domain.conversation import Conversation
from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.friendship import Friendship, Session
from domain.identifiers import EventId
from domain.ledger import LedgerEntry, LedgerReason
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoreBreakdown, ScoringRules


class ScoringOutcome(StrEnum):
    PROCESSED = auto()
    FAILED = auto()
    NOT_DUE = auto()
    """Nothing to do: processed already, held by another worker, or waiting for its time."""
    UNKNOWN = auto()
    """There is no such event, or no more."""
    NO_ROOM = auto()
    """Too large for now; the relay announces it again."""
    LEASE_LOST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculateScore:
    """Claims an event, analyses its conversation, and grows the friendship, once.

    Safe to repeat: only a due event can be claimed, only the latest claim can write, and the ledger takes one
    revision 0 per conversation. A failure is written down and due again later; an unexpected one is raised
    after that, to be told with its traceback.
    """

    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs
    encoder: LogEncoder
    analysis: Analysis
    lease_keeper: LeaseKeeper
    memory: WorkingMemory
    catalogue: CurrentCatalogue
    clock: Clock
    dice: DiceFactory
    rules: ScoringRules
    schedule: RetrySchedule
    heal_schedule: RetrySchedule
    alerts: Alerts
    recorder: AttemptRecorder
    lease: timedelta
    worker: str

    async def __call__(self, event_id: EventId, *, early: bool = False) -> ScoringOutcome:
        """``early``: now, though it waits for a later attempt."""
        log_bytes = await self._log_bytes(event_id)
        if log_bytes is None:
            return ScoringOutcome.UNKNOWN
        try:
            # Before the claim: an event that must wait for room is anybody's.
            async with self.memory.reserved(log_bytes):
                return await self._score(event_id, early=early)
        except NoRoom:
            return ScoringOutcome.NO_ROOM

    async def _score(self, event_id: EventId, *, early: bool) -> ScoringOutcome:
        event = await self._claim(event_id, early=early)
        if event is None:
            return ScoringOutcome.NOT_DUE
        self.recorder.began(event)
        if event.attempt_count > self.schedule.max_attempts:
            # Every attempt ended with a dead worker: another one would most likely kill this one too.
            return await self._fail(event, FailureCode.LEASE_EXPIRED)
        try:
            async with self.lease_keeper.keeping(event):
                conversation = await self._conversation(event)
                findings = await self.analysis(event, conversation)
                event = event.having_heard(findings.signals)  # from here on it is kept, whatever happens
                if findings.failure:
                    return await self._fail(event, findings.failure)
                return await self._apply(event, conversation)
        except LeaseLost:
            self.recorder.ended(event, AttemptOutcome.LEASE_EXPIRED)
            return ScoringOutcome.LEASE_LOST
        except LogUnavailable:
            return await self._fail(event, FailureCode.CONVERSATION_LOG_UNAVAILABLE)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(event))
            raise
        except DependencyUnavailable:
            await self._hand_back(event)  # not the event's fault
            raise
        except Exception as error:
            with suppress(DependencyUnavailable, LeaseLost):  # what was unexpected is the news
                await self._fail(event, FailureCode.UNEXPECTED_ERROR, details=type(error).__name__)
            raise

    async def _log_bytes(self, event_id: EventId) -> int | None:
        async with self.unit_of_work() as work:
            event = await work.events.get(event_id)
        return event.log.size_bytes if event else None

    async def _claim(self, event_id: EventId, *, early: bool) -> ConversationEvent | None:
        async with self.unit_of_work() as work:
            event = await work.events.claim(
                event_id, worker=self.worker, now=self.clock.now(), lease=self.lease, early=early
            )
            await work.commit()
        return event

    async def _conversation(self, event: ConversationEvent) -> Conversation:
        try:
            return await self.encoder.decode(await self.logs.fetch(event.event_id, event.log_location))
        except DependencyUnavailable as error:
            raise LogUnavailable("the store of the log did not answer") from error

    async def _apply(self, event: ConversationEvent, conversation: Conversation) -> ScoringOutcome:
        """Friendship, topic, ledger and the event itself change together or not at all."""
        score = self.rules.score(conversation, event.signals)
        async with self.unit_of_work() as work:
            before = await work.friendships.held(event.reported.user_id)
            entry = self._entry(event, before, score)
            friendship = before.grown_by(entry, _session(event))
            now = self.clock.now()
            done = event.processed(
                now=now, signals=event.signals, score=score, level=friendship.level, heal_at=self._heal_at(event, now)
            )
            # First of all writes: a worker that lost its lease learns it here, not from a conflict in the ledger.
            await work.events.save(done, ended_at=now)
            await work.friendships.save(friendship)
            await work.ledger.append(entry)
            await work.commit()
        self.recorder.ended(done, AttemptOutcome.PROCESSED)
        return ScoringOutcome.PROCESSED

    def _heal_at(self, event: ConversationEvent, now: datetime) -> datetime | None:
        if not event.signals.degraded:
            return None
        wait = self.heal_schedule.wait_after(1, draw=self.dice.draw())
        return None if wait is None else now + wait

    def _entry(self, event: ConversationEvent, before: Friendship, score: ScoreBreakdown) -> LedgerEntry:
        reported = event.reported
        topic = self.catalogue.current().topic_of(reported.agent_tag, level=before.level, bot_type=reported.bot_type)
        return LedgerEntry(
            user_id=reported.user_id,
            conversation_id=event.conversation_id,
            revision=0,
            change=score.final_score_change,
            topic_id=topic,
            turns=score.total_turns,
            rules_version=score.rules_version,
            reason=LedgerReason.SCORED,
            created_at=self.clock.now(),
        )

    async def _fail(self, event: ConversationEvent, code: FailureCode, *, details: str = "") -> ScoringOutcome:
        now = self.clock.now()
        async with self.unit_of_work() as work:
            draw = await uncrowded_draw(
                work.events, self.schedule, self.dice, failed_attempts=event.attempt_count, now=now
            )
            failed = event.failed(
                code, details=details, now=now, signals=event.signals, schedule=self.schedule, draw=draw
            )
            await work.events.save(failed, ended_at=now)
            await work.commit()
        self.recorder.ended(failed, AttemptOutcome.FAILED)
        if failed.status is EventStatus.PERMANENTLY_FAILED:
            self.alerts.raise_alert(_given_up(failed, code))
        return ScoringOutcome.FAILED

    async def _hand_back(self, event: ConversationEvent) -> None:
        """If it cannot be handed back, another worker has it already, or its lease runs out."""
        now = self.clock.now()
        with suppress(DependencyUnavailable, LeaseLost):
            returned = event.handed_back(now=now)
            async with self.unit_of_work() as work:
                await work.events.save(returned, ended_at=now)
                await work.commit()
            self.recorder.ended(returned, AttemptOutcome.HANDED_BACK)


def _given_up(event: ConversationEvent, code: FailureCode) -> Alert:
    return Alert(
        type=AlertType.PERMANENTLY_FAILED,
        level=AlertLevel.CRITICAL,
        component=AlertComponent.EVENTS,
        what=f"An event used up its attempts; the last one ended in {code}.",
        conversation_id=event.conversation_id,
    )


def _session(event: ConversationEvent) -> Session:
    return Session(ended_at=event.reported.end_time, bot_id=event.reported.bot_id, emotion=event.signals.emotion)
