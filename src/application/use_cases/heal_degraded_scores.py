import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from application.analysis import Analysis
from application.correction import Rescored, correct
from application.errors import DependencyUnavailable, LogUnavailable, NoRoom
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs
from application.ports.dice_factory import DiceFactory
from application.ports.log_encoder import LogEncoder
from application.ports.unit_of_work import UnitOfWorkFactory
from application.ports.working_memory import WorkingMemory
from domain.event import ConversationEvent
from domain.identifiers import EventId, UserId
from domain.ledger import LedgerReason
from domain.points import rounded
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoreBreakdown, ScoringRules
from domain.signals import Component, Signals

BATCH_SIZE = 20


class HealOutcome(StrEnum):
    HEALED = auto()
    PARTLY_HEALED = auto()
    """Something was learnt; the rest is looked for again."""
    PUT_OFF = auto()
    """Nothing was learnt; it is looked for again."""
    GIVEN_UP = auto()
    """Something is still missing, and the tries are used up; a person may still ask."""
    TAKEN = auto()
    """Another one is at it, was there before, or the event is gone; nothing was written."""
    NO_ROOM = auto()
    """Too large for now."""
    WOULD_ASK = auto()
    """In a dry run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealCommand:
    early: bool = False
    """Every degraded event, not only those whose next try is due."""
    user_id: UserId | None = None
    """With ``early``: of this user only."""
    limit: int | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HealedScore:
    event: ConversationEvent
    """As it was."""
    outcome: HealOutcome
    missing: frozenset[Component]
    """Still."""
    difference: float = 0.0
    """Points that went to the ledger."""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealDegradedScores:
    """Asks again for what could not be analysed, and counts the difference.

    Safe to repeat and to run in any number: a claim gives one of them the event, and its number is the fence that
    shuts out whoever comes too late. Only what is missing is asked for, without a transaction; then event, ledger,
    friendship and topics change together or not at all, under the rules that the event was scored with.
    """

    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs
    encoder: LogEncoder
    analysis: Analysis
    memory: WorkingMemory
    clock: Clock
    dice: DiceFactory
    rules: ScoringRules
    schedule: RetrySchedule
    lease: timedelta
    """Longer than an analysis can take: it is not renewed."""

    async def __call__(self, command: HealCommand) -> AsyncIterator[HealedScore]:
        """One after the other, as fast as the caller takes them. Raises DependencyUnavailable."""
        async for event in self._chosen(command):
            if command.dry_run:
                yield HealedScore(event=event, outcome=HealOutcome.WOULD_ASK, missing=event.signals.degraded)
            else:
                yield await self._heal(event, early=command.early)

    async def _chosen(self, command: HealCommand) -> AsyncIterator[ConversationEvent]:
        last, left = None, command.limit
        while batch := await self._batch(command, last, BATCH_SIZE if left is None else min(BATCH_SIZE, left)):
            for event in batch:
                yield event
            last, left = batch[-1].event_id, None if left is None else left - len(batch)
            if not command.early or left == 0:
                return

    async def _batch(self, command: HealCommand, last: EventId | None, limit: int) -> Sequence[ConversationEvent]:
        async with self.unit_of_work() as work:
            if command.early:
                return await work.degraded.all_of(command.user_id, after=last, limit=limit)
            return await work.degraded.due(self.clock.now(), limit=limit)

    async def _heal(self, event: ConversationEvent, *, early: bool) -> HealedScore:
        try:
            # Before the claim: an event that must wait for room is anybody's.
            async with self.memory.reserved(event.log.size_bytes):
                claimed = await self._claim(event, early=early)
                return _taken(event) if claimed is None else await self._look_again(claimed)
        except NoRoom:
            return HealedScore(event=event, outcome=HealOutcome.NO_ROOM, missing=event.signals.degraded)

    async def _claim(self, event: ConversationEvent, *, early: bool) -> ConversationEvent | None:
        now = self.clock.now()
        async with self.unit_of_work() as work:
            claimed = await work.degraded.claim(event.event_id, now=now, until=now + self.lease, early=early)
            await work.commit()
        return claimed

    async def _look_again(self, claimed: ConversationEvent) -> HealedScore:
        try:
            found = await self._found(claimed)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(claimed))
            raise
        except Exception:
            with suppress(DependencyUnavailable):  # what was unexpected is the news
                await self._put_off(claimed)
            raise
        if found.known == claimed.signals.known:
            return await self._put_off(claimed)
        return await self._apply(claimed, found)

    async def _found(self, claimed: ConversationEvent) -> Signals:
        """What is known now; a failure, of the log too, leaves it at what was known."""
        try:
            content = await self.logs.fetch(claimed.event_id, claimed.log_location)
            conversation = await self.encoder.decode(content)
        except (LogUnavailable, DependencyUnavailable):
            return claimed.signals
        return (await self.analysis(claimed, conversation, parts=claimed.signals.degraded)).signals

    async def _apply(self, claimed: ConversationEvent, found: Signals) -> HealedScore:
        again_at = self._again_at(claimed) if found.degraded else None
        async with self.unit_of_work() as work:
            before = await work.friendships.held(claimed.reported.user_id)
            event = await work.events.get(claimed.event_id)
            # Fenced: whoever lost the claim, or whose child was erased meanwhile, leaves without a trace.
            if event is None or event.score is None or not await work.degraded.finish(claimed, again_at=again_at):
                return _taken(claimed)
            signals = event.signals.completed_by(found)
            score = self._score(event.score, signals)
            rescored = Rescored(event=event, signals=signals, score=score)
            now = self.clock.now()
            corrected = await correct(work, before, [rescored], reason=LedgerReason.HEALED, now=now)
            await work.commit()
        difference = rounded(sum(entry.change for entry in corrected.entries))
        return self._told(claimed, signals.degraded, again_at, difference=difference)

    def _score(self, scored: ScoreBreakdown, signals: Signals) -> ScoreBreakdown:
        return self.rules.under(scored.rules_version).score_of(scored.total_turns, signals)

    async def _put_off(self, claimed: ConversationEvent) -> HealedScore:
        again_at = self._again_at(claimed)
        async with self.unit_of_work() as work:
            held = await work.degraded.finish(claimed, again_at=again_at)
            await work.commit()
        return self._told(claimed, claimed.signals.degraded, again_at) if held else _taken(claimed)

    async def _hand_back(self, claimed: ConversationEvent) -> None:
        """If it cannot be handed back, its lease runs out."""
        with suppress(DependencyUnavailable):
            async with self.unit_of_work() as work:
                await work.degraded.finish(claimed, again_at=claimed.healing.due_at or self.clock.now())
                await work.commit()

    def _again_at(self, claimed: ConversationEvent) -> datetime | None:
        """The scoring was the first to fail."""
        wait = self.schedule.wait_after(claimed.healing.tries + 1, draw=self.dice.draw())
        return None if wait is None else self.clock.now() + wait

    def _told(
        self,
        claimed: ConversationEvent,
        missing: frozenset[Component],
        again_at: datetime | None,
        *,
        difference: float = 0.0,
    ) -> HealedScore:
        outcome = HealOutcome.PUT_OFF if missing == claimed.signals.degraded else HealOutcome.PARTLY_HEALED
        if not missing:
            outcome = HealOutcome.HEALED
        elif again_at is None:
            outcome = HealOutcome.GIVEN_UP
        return HealedScore(event=claimed, outcome=outcome, missing=missing, difference=difference, again_at=again_at)


def _taken(event: ConversationEvent) -> HealedScore:
    return HealedScore(event=event, outcome=HealOutcome.TAKEN, missing=event.signals.degraded)
