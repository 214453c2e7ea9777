"""Builders: one sensible example of everything, so that a test spells out only what it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.conversation import Conversation, Speaker, Utterance
from domain.dice import Dice, Option
from domain.emotion import SessionEmotion
from domain.ended_conversation import EndedConversation
from domain.event import ConversationEvent, Lease, LogSummary
from domain.event_status import EventStatus
from domain.friendship import Friendship, Session
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, BotId, ConversationId, EventId, TopicId, UserId
from domain.ledger import LedgerEntry, LedgerReason
from domain.scoring import ScoreBreakdown, ScoringRules
from domain.signals import Signals
from domain.topic_metrics import TopicMetrics

P1 = FriendshipLevel.PHASE1_STRANGER
P2 = FriendshipLevel.PHASE2_ACQUAINTANCE
P3 = FriendshipLevel.PHASE3_FRIEND
SCORE_OF_LEVEL = {P1: 0.0, P2: 600.0, P3: 3500.0}

USER = UserId("user_42")
BOT = BotId("bot_17")
STARTED = datetime(2025, 11, 26, 10, 0, tzinfo=UTC)
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ENDED = STARTED + timedelta(minutes=20)


def a_conversation(speakers: str = "pu pu up") -> Conversation:
    """``p`` is Pika, ``u`` the child; spaces only help the eye."""
    order = [Speaker.PIKA if letter == "p" else Speaker.USER for letter in speakers.replace(" ", "")]
    return Conversation(
        utterances=tuple(
            Utterance(turn_id=turn, speaker=speaker, text=f"line {turn}", timestamp=STARTED + timedelta(seconds=turn))
            for turn, speaker in enumerate(order, start=1)
        )
    )


def a_reported_conversation(
    conversation_id: str = "conv_0001",
    *,
    user_id: str = USER,
    bot_type: str = "TALK",
    bot_id: str = BOT,
    bot_name: str = "Movie chat",
    agent_tag: str | None = "agent_movie",
    start_time: datetime = STARTED,
    end_time: datetime = ENDED,
) -> EndedConversation:
    return EndedConversation(
        conversation_id=ConversationId(conversation_id),
        user_id=UserId(user_id),
        bot_type=bot_type,
        bot_id=BotId(bot_id),
        bot_name=bot_name,
        agent_tag=agent_tag,
        start_time=start_time,
        end_time=end_time,
    )


def an_event(
    event_id: int = 1,
    *,
    reported: EndedConversation | None = None,
    status: EventStatus = EventStatus.PENDING,
    attempt_count: int = 0,
    fence: int = 0,
    next_attempt_at: datetime | None = ENDED,
    lease: Lease | None = None,
    signals: Signals | None = None,
) -> ConversationEvent:
    """Pending and due at the end of the conversation."""
    reported = reported or a_reported_conversation()
    return ConversationEvent(
        event_id=EventId(event_id),
        conversation_id=reported.conversation_id,
        reported=reported,
        log=LogSummary(utterances=6, pika=3, user=3, size_bytes=600),
        log_location="postgres:",
        fingerprint="0" * 64,
        created_at=reported.end_time,
        status=status,
        attempt_count=attempt_count,
        fence=fence,
        next_attempt_at=next_attempt_at,
        lease=lease,
        signals=signals or Signals(),
    )


def a_score(conversation: Conversation | None = None, signals: Signals | None = None) -> ScoreBreakdown:
    return ScoringRules().score(conversation or a_conversation(), signals or Signals(questions=1))


def a_topic(
    score: float = 0.0, *, turns: int = 0, level: FriendshipLevel = P1, agents_used: Iterable[str] = ()
) -> TopicMetrics:
    used = tuple(BotId(bot) for bot in agents_used)
    return TopicMetrics(score=score, turns=turns, friendship_level=level, agents_used=used)


def a_friendship(
    user_id: str = USER,
    *,
    score: float | None = None,
    level: FriendshipLevel = P1,
    streak_day: int = 0,
    last_interaction_date: datetime | None = None,
    topics: dict[str, TopicMetrics] | None = None,
    last_emotion: SessionEmotion | None = None,
) -> Friendship:
    """``level`` stands for some score of that level; ``score`` says it exactly."""
    return Friendship(
        user_id=UserId(user_id),
        score=SCORE_OF_LEVEL[level] if score is None else score,
        streak_day=streak_day,
        last_interaction_date=last_interaction_date,
        topics={TopicId(topic): metrics for topic, metrics in (topics or {}).items()},
        last_emotion=last_emotion,
    )


def a_session(
    ended_at: datetime = ENDED, *, bot_id: str = BOT, emotion: SessionEmotion | None = SessionEmotion.HAPPY
) -> Session:
    return Session(ended_at=ended_at, bot_id=BotId(bot_id), emotion=emotion)


def a_ledger_entry(
    change: float = 10.0,
    *,
    user_id: str = USER,
    conversation_id: str = "conv_0001",
    revision: int = 0,
    topic_id: str | None = None,
    turns: int = 3,
    reason: LedgerReason = LedgerReason.SCORED,
    created_at: datetime = ENDED,
) -> LedgerEntry:
    return LedgerEntry(
        user_id=UserId(user_id),
        conversation_id=ConversationId(conversation_id),
        revision=revision,
        change=change,
        topic_id=None if topic_id is None else TopicId(topic_id),
        turns=turns,
        rules_version=ScoringRules().version,
        reason=reason,
        created_at=created_at,
    )


def an_agenda(
    topic_id: str = "movie",
    *,
    agent_id: str | None = None,
    agent_type: AgentType = AgentType.TALK,
    friendship_level: FriendshipLevel = P1,
    talking_agenda: str = "Ask what the child likes.",
    agent_tag: str | None = None,
    number: int = 1,
) -> Agenda:
    """The agent is named after the topic and its own tag, unless said."""
    agent = f"agent_{topic_id}" if agent_id is None else agent_id
    return Agenda(
        number=number,
        topic_id=TopicId(topic_id),
        agent_id=AgentId(agent),
        agent_type=agent_type,
        friendship_level=friendship_level,
        talking_agenda=talking_agenda,
        agent_tag=agent if agent_tag is None else agent_tag,
    )


def a_greeting(topic_id: str = "general_greeting", *, friendship_level: FriendshipLevel = P1) -> Agenda:
    return an_agenda(topic_id, agent_id=topic_id, agent_type=AgentType.GREETING, friendship_level=friendship_level)


def a_game(topic_id: str = "word_riddle", *, friendship_level: FriendshipLevel = P1) -> Agenda:
    return an_agenda(
        topic_id, agent_id=f"game_{topic_id}", agent_type=AgentType.GAME, friendship_level=friendship_level
    )


def a_catalogue(*agendas: Agenda, personas: Sequence[Persona] = (), version: int = 1) -> Catalogue:
    """These rows, numbered in this order; without any, just enough rows for a whole answer to a stranger."""
    rows = agendas or (
        a_greeting(),
        *(an_agenda(topic) for topic in ("movie", "pets", "hobby", "daily_routine")),
        *(a_game(topic) for topic in ("word_riddle", "animal_sounds", "story")),
        an_agenda("review_words", agent_type=AgentType.REVIEW),
        an_agenda("goodbye", agent_type=AgentType.WRAP_UP),
    )
    numbered = tuple(replace(row, number=number) for number, row in enumerate(rows, start=1))
    return Catalogue(agendas=numbered, personas=tuple(personas), version=version)


class SeededDice(Dice):
    """SplitMix64: the same seed draws the same, on every machine."""

    def __init__(self, seed: int = 0) -> None:
        self._state = seed

    def pick(self, options: Sequence[Option], /) -> Option:
        self._state = (self._state + 0x9E3779B97F4A7C15) % 2**64
        mixed = (self._state ^ self._state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
        return options[(mixed ^ mixed >> 31) % len(options)]
