from datetime import datetime
from typing import Any

import msgspec

from application.use_cases.record_conversation_end import RecordedConversationEnd
from application.use_cases.show_conversation import ShownConversation
from domain.conversation import Conversation, Speaker
from domain.emotion import SessionEmotion
from domain.event import Attempt, ConversationEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.friendship_level import FriendshipLevel
from domain.signals import Component
from entrypoints.http.schemas.moments import utc
from entrypoints.http.schemas.numbers import Count


class LogNumbers(msgspec.Struct, frozen=True, kw_only=True):
    utterances: Count
    pika: Count
    user: Count
    size_bytes: Count


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    event_id: int
    conversation_id: str
    original_conversation_id: str
    user_id: str
    bot_type: str
    bot_id: str
    bot_name: str
    agent_tag: str | None
    start_time: datetime
    end_time: datetime
    duration_seconds: float
    status: EventStatus
    attempt_count: Count
    next_attempt_at: datetime | None
    created_at: datetime
    log: LogNumbers


class AcceptedData(EventData, frozen=True, kw_only=True):
    duplicate: bool


class AttemptData(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: AttemptOutcome | None
    error_code: FailureCode | None


class UtteranceData(msgspec.Struct, frozen=True, kw_only=True):
    turn_id: int
    speaker: Speaker
    text: str
    timestamp: datetime


class ScoreData(msgspec.Struct, frozen=True, kw_only=True):
    total_turns: Count
    user_initiated_questions: Count
    session_emotion: SessionEmotion
    new_memories_count: Count
    base_score: float
    engagement_bonus: float
    emotion_bonus: float
    memory_bonus: float
    total_score_before_clamp: float
    final_score_change: float
    rules_version: str
    degraded: tuple[Component, ...]
    providers: dict[Component, str]


class ListedEventData(EventData, frozen=True, kw_only=True):
    processed_at: datetime | None
    error_code: FailureCode | None
    error_details: str | None
    friendship_score_change: float | None
    new_friendship_level: FriendshipLevel | None


class ShownEventData(ListedEventData, frozen=True, kw_only=True):
    score_calculation_details: ScoreData | None
    attempts: list[AttemptData]
    conversation_log: list[UtteranceData] | msgspec.UnsetType | None = msgspec.UNSET
    """Absent unless asked for; null when the log is forgotten."""


def accepted(recorded: RecordedConversationEnd) -> AcceptedData:
    return AcceptedData(**_common(recorded.event), duplicate=recorded.duplicate)


def shown(conversation: ShownConversation) -> ShownEventData:
    event, log = conversation.event, conversation.conversation
    without = msgspec.UNSET if event.has_log else None
    return ShownEventData(
        **_common(event),
        **_results(event),
        score_calculation_details=msgspec.convert(msgspec.to_builtins(event.score), ScoreData | None),
        attempts=[_attempt(attempt) for attempt in conversation.attempts],
        conversation_log=_utterances(log) if log else without,
    )


def listed(event: ConversationEvent) -> ListedEventData:
    return ListedEventData(**_common(event), **_results(event))


def _results(event: ConversationEvent) -> dict[str, Any]:
    return {
        "processed_at": event.processed_at,
        "error_code": event.error_code,
        "error_details": event.error_details,
        "friendship_score_change": event.score.final_score_change if event.score else None,
        "new_friendship_level": event.new_friendship_level,
    }


def _common(event: ConversationEvent) -> dict[str, Any]:
    reported = event.reported
    return {
        "event_id": event.event_id,
        "conversation_id": event.conversation_id,
        "original_conversation_id": reported.conversation_id,
        "user_id": reported.user_id,
        "bot_type": reported.bot_type,
        "bot_id": reported.bot_id,
        "bot_name": reported.bot_name,
        "agent_tag": reported.agent_tag,
        "start_time": utc(reported.start_time),
        "end_time": utc(reported.end_time),
        "duration_seconds": reported.duration_seconds,
        "status": event.status,
        "attempt_count": event.attempt_count,
        "next_attempt_at": event.next_attempt_at,
        "created_at": event.created_at,
        "log": LogNumbers(
            utterances=event.log.utterances,
            pika=event.log.pika,
            user=event.log.user,
            size_bytes=event.log.size_bytes,
        ),
    }


def _attempt(attempt: Attempt) -> AttemptData:
    return AttemptData(
        number=attempt.number,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        error_code=attempt.error_code,
    )


def _utterances(conversation: Conversation) -> list[UtteranceData]:
    return [
        UtteranceData(
            turn_id=utterance.turn_id,
            speaker=utterance.speaker,
            text=utterance.text,
            timestamp=utterance.timestamp,
        )
        for utterance in conversation.utterances
    ]
