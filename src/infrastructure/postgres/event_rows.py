"""Rows of ``conversation_events`` and the events they stand for."""

from typing import Any

import msgspec
from sqlalchemy import Row

from domain.bot_type import normalised_bot_type
from domain.ended_conversation import EndedConversation
from domain.event import Attempt, ConversationEvent, Lease, LogSummary, NewEvent
from domain.event_status import AttemptOutcome, EventStatus, FailureCode
from domain.friendship_level import FriendshipLevel
from domain.healing import Healing
from domain.identifiers import BotId, ConversationId, EventId, UserId
from domain.scoring import ScoreBreakdown
from domain.signals import Signals


def event_of(row: Row[Any]) -> ConversationEvent:
    return ConversationEvent(
        event_id=EventId(row.event_id),
        conversation_id=ConversationId(row.conversation_id),
        reported=_reported(row),
        log=LogSummary(
            utterances=row.utterances,
            pika=row.pika_utterances,
            user=row.user_utterances,
            size_bytes=row.log_size_bytes,
        ),
        log_location=row.log_location,
        fingerprint=row.fingerprint.hex(),
        created_at=row.created_at,
        status=EventStatus(row.status),
        attempt_count=row.attempt_count,
        fence=row.fence,
        next_attempt_at=row.next_attempt_at,
        lease=Lease(worker=row.lease_worker, expires_at=row.lease_expires_at) if row.lease_expires_at else None,
        processed_at=row.processed_at,
        error_code=FailureCode(row.error_code) if row.error_code else None,
        error_details=row.error_details,
        signals=msgspec.convert(row.signals, Signals),
        score=msgspec.convert(row.score, ScoreBreakdown) if row.score else None,
        new_friendship_level=FriendshipLevel(row.new_friendship_level) if row.new_friendship_level else None,
        healing=Healing(due_at=row.heal_at, tries=row.heal_tries, leased_until=row.heal_leased_until),
        traceparent=row.traceparent,
    )


def _reported(row: Row[Any]) -> EndedConversation:
    return EndedConversation(
        conversation_id=ConversationId(row.reported_id),
        user_id=UserId(row.user_id),
        bot_type=row.bot_type,
        bot_id=BotId(row.bot_id),
        bot_name=row.bot_name,
        agent_tag=row.agent_tag,
        start_time=row.start_time,
        end_time=row.end_time,
    )


def new_row(event: NewEvent) -> dict[str, Any]:
    reported = event.reported
    return {
        "conversation_id": event.conversation_id,
        "reported_id": reported.conversation_id,
        "user_id": reported.user_id,
        "bot_type": reported.bot_type,
        "bot_kind": normalised_bot_type(reported.bot_type),
        "bot_id": reported.bot_id,
        "bot_name": reported.bot_name,
        "agent_tag": reported.agent_tag,
        "start_time": reported.start_time,
        "end_time": reported.end_time,
        "utterances": event.log.utterances,
        "pika_utterances": event.log.pika,
        "user_utterances": event.log.user,
        "log_size_bytes": event.log.size_bytes,
        "log_location": event.log_location,
        "created_at": event.created_at,
        "traceparent": event.traceparent,
    }


def changed_columns(event: ConversationEvent) -> dict[str, Any]:
    """Everything that a transition may have changed."""
    return {
        "status": event.status.value,
        "attempt_count": event.attempt_count,
        "fence": event.fence,
        "next_attempt_at": event.next_attempt_at,
        "announce_at": event.next_attempt_at,
        "lease_worker": event.lease.worker if event.lease else None,
        "lease_expires_at": event.lease.expires_at if event.lease else None,
        "processed_at": event.processed_at,
        "error_code": event.error_code,
        "error_details": event.error_details,
        "signals": msgspec.to_builtins(event.signals),
        "score": msgspec.to_builtins(event.score) if event.score else None,
        "new_friendship_level": event.new_friendship_level,
        "heal_at": event.healing.due_at,
        "heal_tries": event.healing.tries,
        "heal_leased_until": event.healing.leased_until,
    }


def attempt_of(row: Row[Any]) -> Attempt:
    return Attempt(
        number=row.number,
        worker=row.worker,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=AttemptOutcome(row.outcome) if row.outcome else None,
        error_code=FailureCode(row.error_code) if row.error_code else None,
    )
