import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto

from application.analysis import Analysis, Findings
from application.errors import LeaseLost, LogUnavailable
from application.lease_keeper import LeaseKeeper
from application.ports.catalogues import CurrentCatalogue
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs
from application.ports.dice_factory import DiceFactory
from application.ports.log_encoder import LogEncoder
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.conversation import Conversation
from domain.event import ConversationEvent
from domain.event_status import FailureCode
from domain.friendship import Friendship, Session
from domain.identifiers import EventId
from domain.ledger import LedgerEntry, LedgerReason
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoreBreakdown, ScoringRules
from domain.signals import Signals


class ScoringOutcome(StrEnum):
    PROCESSED = auto()
    FAILED = auto()
    NOT_DUE = auto()
    """Nothing to do: processed already, held by another worker, waiting for its time, or gone."""
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
    catalogue: CurrentCatalogue
    clock: Clock
    dice: DiceFactory
    rules: ScoringRules
    schedule: RetrySchedule
    lease: timedelta
    worker: str

    async def __call__(self, event_id: EventId) -> ScoringOutcome:
        event = await self._claim(event_id)
        if event is None:
            return ScoringOutcome.NOT_DUE
        try:
            async with self.lease_keeper.keeping(event):
                return await self._work_on(event)
        except LeaseLost:
            return ScoringOutcome.LEASE_LOST
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(event))
            raise
        except Exception as error:
            await self._fail(event, FailureCode.UNEXPECTED_ERROR, event.signals, details=type(error).__name__)
            raise

    async def _claim(self, event_id: EventId) -> ConversationEvent | None:
        async with self.unit_of_work() as work:
            event = await work.events.claim(event_id, worker=self.worker, now=self.clock.now(), lease=self.lease)
            await work.commit()
        return event

    async def _work_on(self, event: ConversationEvent) -> ScoringOutcome:
        if event.attempt_count > self.schedule.max_attempts:
            # Every attempt ended with a dead worker: another one would most likely kill this one too.
            return await self._fail(event, FailureCode.LEASE_EXPIRED, event.signals)
        try:
            conversation = await self._conversation(event)
        except LogUnavailable:
            return await self._fail(event, FailureCode.CONVERSATION_LOG_UNAVAILABLE, event.signals)
        findings = await self.analysis(event, conversation)
        if findings.failure:
            return await self._fail(event, findings.failure, findings.signals)
        return await self._apply(event, conversation, findings)

    async def _conversation(self, event: ConversationEvent) -> Conversation:
        return await self.encoder.decode(await self.logs.fetch(event.event_id, event.log_location))

    async def _apply(self, event: ConversationEvent, conversation: Conversation, findings: Findings) -> ScoringOutcome:
        """Friendship, topic, ledger and the event itself change together or not at all."""
        score = self.rules.score(conversation, findings.signals)
        async with self.unit_of_work() as work:
            friendship = await self._grow(work, event, score, findings.signals)
            now = self.clock.now()
            done = event.processed(now=now, signals=findings.signals, score=score, level=friendship.level)
            await work.events.save(done, ended_at=now)
            await work.commit()
        return ScoringOutcome.PROCESSED

    async def _grow(
        self, work: UnitOfWork, event: ConversationEvent, score: ScoreBreakdown, signals: Signals
    ) -> Friendship:
        before = await work.friendships.held(event.reported.user_id)
        entry = self._entry(event, before, score)
        session = Session(ended_at=event.reported.end_time, bot_id=event.reported.bot_id, emotion=signals.emotion)
        friendship = before.grown_by(entry, session)
        await work.friendships.save(friendship)
        await work.ledger.append(entry)
        return friendship

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

    async def _fail(
        self, event: ConversationEvent, code: FailureCode, signals: Signals, *, details: str = ""
    ) -> ScoringOutcome:
        now = self.clock.now()
        failed = event.failed(
            code, details=details, now=now, signals=signals, schedule=self.schedule, draw=self.dice.draw()
        )
        async with self.unit_of_work() as work:
            await work.events.save(failed, ended_at=now)
            await work.commit()
        return ScoringOutcome.FAILED

    async def _hand_back(self, event: ConversationEvent) -> None:
        now = self.clock.now()
        async with self.unit_of_work() as work:
            await work.events.save(event.handed_back(now=now), ended_at=now)
            await work.commit()
