"""Children who talk for days while analysis fails now and then, and what heals it afterwards; on any storage."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from application.analysis import Analysis
from application.errors import AnalystUnavailable, MemoriesRefused
from application.lease_keeper import LeaseKeeper
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.memory_extractor import MemoryExtractor
from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from application.use_cases.heal_degraded_scores import HealCommand, HealDegradedScores, HealedScore
from application.use_cases.record_conversation_end import RecordConversationEnd, RecordConversationEndCommand
from domain.conversation import Conversation, Speaker
from domain.emotion import SessionEmotion
from domain.ended_conversation import EndedConversation
from domain.event import ConversationEvent
from domain.identifiers import ConversationId, EventId, UserId
from domain.retry_schedule import RetrySchedule
from domain.scoring import ScoringRules
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.in_memory.announcer import RememberingAnnouncer
from infrastructure.in_memory.attempts import RememberedAttempts
from infrastructure.in_memory.working_memory import EndlessMemory
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from infrastructure.system.dice import RandomDiceFactory
from tests.contracts.storage import LEASE, Storage
from tests.examples import ENDED, a_reported_conversation
from tests.unit.application.world import HEAL_SCHEDULE, HeldCatalogue

TAGS = ("agent_movie", "agent_pets", "agent_hobby", None)
EMOTIONS = tuple(SessionEmotion)
LIMIT = timedelta(seconds=60)


@dataclass(slots=True, kw_only=True)
class FlakyAnalyst(ConversationAnalyst):
    """The truth follows from what was said; now and then it is not told."""

    chance: random.Random
    failing: float
    asked: list[str] = field(default_factory=list)

    @property
    def provider(self) -> str:
        return "flaky"

    async def count_questions(self, conversation: Conversation) -> int:
        self._fail_now_and_then("questions")
        return sum("?" in said.text for said in conversation.utterances if said.speaker is Speaker.USER)

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion:
        self._fail_now_and_then("emotion")
        return EMOTIONS[_digest(conversation.utterances[0].text) % len(EMOTIONS)]

    def _fail_now_and_then(self, part: str) -> None:
        self.asked.append(part)
        if self.chance.random() < self.failing:
            raise AnalystUnavailable("told to fail now and then")


@dataclass(slots=True, kw_only=True)
class FlakyMemories(MemoryExtractor):
    """Up to a hundred facts, so that levels are reached within days; and a key that expires now and then."""

    chance: random.Random
    failing: float
    extracted: list[ConversationId] = field(default_factory=list)

    @property
    def provider(self) -> str:
        return "flaky"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        if self.chance.random() < self.failing:
            raise MemoriesRefused
        self.extracted.append(conversation_id)
        return _digest(conversation_id) % 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    reported: EndedConversation
    items: Sequence[dict[str, str]]


@dataclass(slots=True, kw_only=True)
class Service:
    """The use cases on one storage, with analysis that fails at this rate."""

    storage: Storage
    seed: int = 0
    failing: float = 0.0
    analyst: FlakyAnalyst = field(init=False)
    memories: FlakyMemories = field(init=False)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - for a test
        self.analyst = FlakyAnalyst(chance=chance, failing=self.failing)
        self.memories = FlakyMemories(chance=chance, failing=self.failing / 5)

    def recover(self) -> None:
        self.analyst.failing = self.memories.failing = 0.0

    async def record(self, chat: Chat) -> EventId:
        record = RecordConversationEnd(
            intake=self.storage.intake,
            unit_of_work=self.storage.unit_of_work,
            logs=self.storage.logs,
            encoder=ZstdJsonLogEncoder(),
            announcer=RememberingAnnouncer(),
            clock=self.storage.clock,
        )
        command = RecordConversationEndCommand(reported=chat.reported, log_items=chat.items)
        return (await record(command)).event.event_id

    async def score(self, event_id: EventId) -> None:
        outcome = await CalculateScore(
            unit_of_work=self.storage.unit_of_work,
            logs=self.storage.logs,
            encoder=ZstdJsonLogEncoder(),
            analysis=self._analysis,
            lease_keeper=LeaseKeeper(unit_of_work=self.storage.unit_of_work, clock=self.storage.clock, lease=LEASE),
            memory=EndlessMemory(),
            catalogue=HeldCatalogue(),
            clock=self.storage.clock,
            dice=RandomDiceFactory(),
            rules=ScoringRules(),
            schedule=RetrySchedule(),
            heal_schedule=HEAL_SCHEDULE,
            alerts=RememberingAlerts(),
            recorder=RememberedAttempts(),
            lease=LEASE,
            worker="worker_1",
        )(event_id)
        assert outcome is ScoringOutcome.PROCESSED

    async def talk(self, chat: Chat) -> None:
        await self.score(await self.record(chat))

    def healer(self) -> HealDegradedScores:
        return HealDegradedScores(
            unit_of_work=self.storage.unit_of_work,
            logs=self.storage.logs,
            encoder=ZstdJsonLogEncoder(),
            analysis=self._analysis,
            memory=EndlessMemory(),
            clock=self.storage.clock,
            dice=RandomDiceFactory(),
            rules=ScoringRules(),
            schedule=HEAL_SCHEDULE,
            lease=timedelta(minutes=5),
        )

    async def heal(self, command: HealCommand | None = None) -> list[HealedScore]:
        return [healed async for healed in self.healer()(command or HealCommand())]

    async def degraded(self) -> Sequence[ConversationEvent]:
        async with self.storage.unit_of_work() as work:
            return await work.degraded.all_of(None, after=None, limit=10_000)

    async def differences(self) -> list[object]:
        """By which friendships are not the sum of their ledger."""
        async with self.storage.unit_of_work() as work:
            return list((await work.ledger.check(after=None, users=10_000)).differences)

    @property
    def _analysis(self) -> Analysis:
        return Analysis(analyst=self.analyst, memories=self.memories, limit=LIMIT)


def some_chats(seed: int, *, users: int, each: int) -> list[list[Chat]]:
    """For every user some conversations over days, the ends not quite in the order in which they arrive."""
    chance = random.Random(seed)  # noqa: S311 - for a test
    return [[_chat(chance, user, number) for number in range(each)] for user in range(users)]


def _chat(chance: random.Random, user: int, number: int) -> Chat:
    end = ENDED + timedelta(hours=17 * number - chance.choice([0, 0, 0, 30]))
    reported = a_reported_conversation(
        f"conv_{user}_{number}",
        user_id=f"user_{user}",
        agent_tag=chance.choice(TAGS),
        bot_id=f"bot_{chance.randrange(3)}",
        bot_type=chance.choice(["TALK", "TALK", "NEXT_LESSON"]),
        start_time=end - timedelta(minutes=10),
        end_time=end,
    )
    said = [{"speaker": "pika", "text": f"hello {chance.random()}"}]
    for line in range(chance.randrange(6)):
        said.append({"speaker": "user", "text": chance.choice(["why?", "well"])})
        said.append({"speaker": "pika", "text": f"line {line}"})
    return Chat(reported=reported, items=said)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
