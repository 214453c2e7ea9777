"""The whole service in memory: use cases on one database, one clock, and analysts that answer as told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from application.analysis import Analysis
from application.lease_keeper import LeaseKeeper
from application.ports.catalogues import CurrentCatalogue
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.dice_factory import DiceFactory
from application.ports.memory_extractor import MemoryExtractor
from application.ports.working_memory import WorkingMemory
from application.use_cases.announce_due_events import AnnounceDueEvents
from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from application.use_cases.heal_degraded_scores import HealCommand, HealDegradedScores, HealedScore
from application.use_cases.record_conversation_end import (
    RecordConversationEnd,
    RecordConversationEndCommand,
    RecordedConversationEnd,
)
from application.use_cases.suggest_activities import SuggestActivities
from domain.catalogue import Catalogue
from domain.ended_conversation import EndedConversation
from domain.event import Attempt, ConversationEvent
from domain.friendship import Friendship
from domain.identifiers import EventId, UserId
from domain.ledger import LedgerEntry
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoringRules
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.in_memory.analyst import ScriptedAnalyst, ScriptedMemories
from infrastructure.in_memory.announcer import RememberingAnnouncer, RememberingPublisher
from infrastructure.in_memory.attempts import RememberedAttempts
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.conversation_intake import InMemoryConversationIntake
from infrastructure.in_memory.conversation_logs import InMemoryConversationLogs
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.offers import RememberingOfferRecorder
from infrastructure.in_memory.suggestion_facts import InMemorySuggestionFacts
from infrastructure.in_memory.unit_of_work import InMemoryUnitOfWorkFactory
from infrastructure.in_memory.working_memory import EndlessMemory
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from tests.examples import USER, SeededDice, a_catalogue, a_reported_conversation

LEASE = timedelta(seconds=60)
HEAL_SCHEDULE = RetrySchedule(max_retries=12, base=timedelta(minutes=5), cap=timedelta(hours=24))
SPEAKERS = {"p": "pika", "u": "user"}


@dataclass(slots=True, kw_only=True)
class FixedDice(DiceFactory):
    """Draws nothing by chance: no jitter, seeds that count up."""

    jitter: float = 0.0
    seeds: int = 0

    def seeded(self, seed: int) -> SeededDice:
        return SeededDice(seed)

    def new_seed(self) -> int:
        self.seeds += 1
        return self.seeds

    def draw(self) -> float:
        return self.jitter


@dataclass(slots=True, kw_only=True)
class HeldCatalogue(CurrentCatalogue):
    catalogue: Catalogue = field(default_factory=a_catalogue)

    def current(self) -> Catalogue:
        return self.catalogue


@dataclass(slots=True, kw_only=True)
class World:
    database: InMemoryDatabase = field(default_factory=InMemoryDatabase)
    clock: FakeClock = field(default_factory=FakeClock)
    dice: FixedDice = field(default_factory=FixedDice)
    alerts: RememberingAlerts = field(default_factory=RememberingAlerts)
    told_attempts: RememberedAttempts = field(default_factory=RememberedAttempts)
    announcer: RememberingAnnouncer = field(default_factory=RememberingAnnouncer)
    publisher: RememberingPublisher = field(default_factory=RememberingPublisher)
    analyst: ConversationAnalyst = field(default_factory=ScriptedAnalyst)
    memories: MemoryExtractor = field(default_factory=ScriptedMemories)
    catalogue: HeldCatalogue = field(default_factory=HeldCatalogue)
    recorder: RememberingOfferRecorder = field(default_factory=RememberingOfferRecorder)
    analysis_limit: timedelta = timedelta(seconds=30)
    unit_of_work: InMemoryUnitOfWorkFactory = field(init=False)

    def __post_init__(self) -> None:
        self.unit_of_work = InMemoryUnitOfWorkFactory(database=self.database)

    @property
    def logs(self) -> InMemoryConversationLogs:
        return InMemoryConversationLogs(database=self.database)

    def recording(self) -> RecordConversationEnd:
        return RecordConversationEnd(
            intake=InMemoryConversationIntake(unit_of_work=self.unit_of_work),
            unit_of_work=self.unit_of_work,
            logs=self.logs,
            encoder=ZstdJsonLogEncoder(),
            announcer=self.announcer,
            clock=self.clock,
        )

    def scoring(self, worker: str = "worker_1", *, analyst: ConversationAnalyst | None = None) -> CalculateScore:
        return CalculateScore(
            unit_of_work=self.unit_of_work,
            logs=self.logs,
            encoder=ZstdJsonLogEncoder(),
            analysis=Analysis(analyst=analyst or self.analyst, memories=self.memories, limit=self.analysis_limit),
            lease_keeper=LeaseKeeper(unit_of_work=self.unit_of_work, clock=self.clock, lease=LEASE),
            memory=EndlessMemory(),
            catalogue=self.catalogue,
            clock=self.clock,
            dice=self.dice,
            rules=ScoringRules(),
            schedule=RetrySchedule(),
            heal_schedule=HEAL_SCHEDULE,
            alerts=self.alerts,
            recorder=self.told_attempts,
            lease=LEASE,
            worker=worker,
        )

    def healing(self, *, rules: ScoringRules | None = None, memory: WorkingMemory | None = None) -> HealDegradedScores:
        return HealDegradedScores(
            unit_of_work=self.unit_of_work,
            logs=self.logs,
            encoder=ZstdJsonLogEncoder(),
            analysis=Analysis(analyst=self.analyst, memories=self.memories, limit=self.analysis_limit),
            memory=memory or EndlessMemory(),
            clock=self.clock,
            dice=self.dice,
            rules=rules or ScoringRules(),
            schedule=HEAL_SCHEDULE,
            lease=timedelta(minutes=5),
        )

    async def heal(self, command: HealCommand = HealCommand()) -> list[HealedScore]:  # noqa: B008 - frozen
        return [healed async for healed in self.healing()(command)]

    def suggesting(self) -> SuggestActivities:
        return SuggestActivities(
            facts=InMemorySuggestionFacts(database=self.database),
            catalogue=self.catalogue,
            clock=self.clock,
            dice=self.dice,
            recorder=self.recorder,
        )

    def relaying(self, *, batch_size: int = 100) -> AnnounceDueEvents:
        return AnnounceDueEvents(
            unit_of_work=self.unit_of_work,
            publisher=self.publisher,
            clock=self.clock,
            again_after=timedelta(minutes=1),
            retry_after=timedelta(seconds=5),
            batch_size=batch_size,
        )

    async def record(
        self, said: str = "pu pu up", reported: EndedConversation | None = None
    ) -> RecordedConversationEnd:
        return await self.record_items(log_items(said), reported)

    async def record_items(
        self, items: Sequence[object], reported: EndedConversation | None = None
    ) -> RecordedConversationEnd:
        command = RecordConversationEndCommand(reported=reported or a_reported_conversation(), log_items=items)
        return await self.recording()(command)

    async def recorded(self, said: str = "pu pu up", reported: EndedConversation | None = None) -> EventId:
        return (await self.record(said, reported)).event.event_id

    async def score(self, event_id: EventId, worker: str = "worker_1") -> ScoringOutcome:
        return await self.scoring(worker)(event_id)

    def event(self, event_id: EventId) -> ConversationEvent:
        return self.database.tables.events[event_id]

    def attempts(self, event_id: EventId) -> Sequence[Attempt]:
        return self.database.tables.attempts[event_id]

    def friendship(self, user_id: UserId = USER) -> Friendship:
        return self.database.tables.friendships[user_id]

    @property
    def ledger(self) -> Sequence[LedgerEntry]:
        return self.database.tables.ledger

    def befriend(self, friendship: Friendship) -> None:
        self.database.tables.friendships[friendship.user_id] = friendship


def log_items(said: str) -> list[Mapping[str, str]]:
    """In the standard form; ``p`` is Pika, ``u`` the child, spaces only help the eye."""
    letters = said.replace(" ", "")
    return [{"speaker": SPEAKERS[letter], "text": f"line {number}"} for number, letter in enumerate(letters, start=1)]
