from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

from application.correction import Corrected, Rescored, correct
from application.ports.clock import Clock
from application.ports.conversation_events import EventFilter
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.friendship_level import FriendshipLevel
from domain.identifiers import EventId, TopicId, UserId
from domain.ledger import LedgerReason
from domain.legacy.opening import RULES_VERSION as IMPORTED
from domain.points import rounded
from domain.scoring import ScoringRules

USERS_AT_A_TIME = 100
EVENTS_AT_A_TIME = 500
PROCESSED = frozenset({EventStatus.PROCESSED})
Level = FriendshipLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalculateScoresCommand:
    rules: ScoringRules
    wanted: EventFilter = field(default_factory=EventFilter)
    """Which conversations; statuses are not looked at, only processed events have a score."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalculatedScores:
    """What came out for one user; in a dry run, what would have."""

    user_id: UserId
    events: int
    """That were looked at."""
    rescored: int
    """That were scored under other rules."""
    corrections: int
    """Of these, those that count something else now."""
    difference: float
    """Points."""
    levels: Sequence[tuple[TopicId | None, Level, Level]] = ()
    """Before and after, where they differ; topic None: of the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalculateScores:
    """Corrects what conversations count to what they would count under these rules.

    From what was heard and counted then, stored with the event: nobody is asked, no log is read, and what is written
    in the ledger stays. Safe to repeat, and after it broke off: every user is one transaction, and an event that was
    scored under these rules is left alone, and so is one that was imported with its score. Raises Conflict,
    DependencyUnavailable.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    async def __call__(self, command: RecalculateScoresCommand) -> AsyncIterator[RecalculatedScores]:
        """User by user, by their ids, as fast as the caller takes them."""
        wanted = replace(command.wanted, statuses=PROCESSED)
        last: UserId | None = None
        while users := await self._users(wanted, last):
            for user_id in users:
                yield await self._recalculate(user_id, replace(wanted, user_id=user_id), command)
            last = users[-1]

    async def _users(self, wanted: EventFilter, last: UserId | None) -> Sequence[UserId]:
        async with self.unit_of_work() as work:
            return await work.events.users(wanted, after=last, limit=USERS_AT_A_TIME)

    async def _recalculate(
        self, user_id: UserId, wanted: EventFilter, command: RecalculateScoresCommand
    ) -> RecalculatedScores:
        async with self.unit_of_work() as work:
            # Held first: from here on no other correction and no new score of this user comes in between.
            before = await work.friendships.held(user_id)
            events = [event async for event in _all(work, wanted)]
            rescored = list(filter(None, (_rescored(event, command.rules) for event in events)))
            if not rescored:
                return RecalculatedScores(
                    user_id=user_id, events=len(events), rescored=0, corrections=0, difference=0.0
                )
            now = self.clock.now()
            corrected = await correct(work, before, rescored, reason=LedgerReason.RECALCULATED, now=now)
            if not command.dry_run:
                await work.commit()
        return _told(corrected, events=len(events), rescored=len(rescored))


async def _all(work: UnitOfWork, wanted: EventFilter) -> AsyncIterator[ConversationEvent]:
    last: EventId | None = None
    while batch := await work.events.next_matching(wanted, after=last, limit=EVENTS_AT_A_TIME):
        for event in batch:
            yield event
        last = batch[-1].event_id


def _rescored(event: ConversationEvent, rules: ScoringRules) -> Rescored | None:
    # What was counted elsewhere is in the opening balance, and nobody knows with which share.
    if event.score is None or event.score.rules_version in (rules.version, IMPORTED):
        return None
    score = rules.score_of(event.score.total_turns, event.signals)
    return Rescored(event=event, signals=event.signals, score=score)


def _told(corrected: Corrected, *, events: int, rescored: int) -> RecalculatedScores:
    before, after = corrected.before, corrected.after
    levels: list[tuple[TopicId | None, Level, Level]] = [(None, before.level, after.level)]
    for topic_id in sorted(after.topics):
        was = before.topics.get(topic_id)
        levels.append((topic_id, was.friendship_level if was else None, after.topics[topic_id].friendship_level))
    return RecalculatedScores(
        user_id=before.user_id,
        events=events,
        rescored=rescored,
        corrections=len(corrected.entries),
        difference=rounded(sum(entry.change for entry in corrected.entries)),
        levels=[change for change in levels if change[1] is not change[2]],
    )
