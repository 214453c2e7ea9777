from http import HTTPStatus

import msgspec

from application.use_cases.preview_score import PreviewedScore
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.friendship_level import FriendshipLevel
from domain.scoring import ScoreBreakdown
from entrypoints.http.problems import RefusedRequest
from entrypoints.http.schemas.event import ScoreData
from entrypoints.http.schemas.texts import Id


class ScoreNowBody(msgspec.Struct, frozen=True, kw_only=True):
    conversation_id: Id
    user_id: Id


class ScoredData(msgspec.Struct, frozen=True, kw_only=True):
    event_id: int
    conversation_id: str
    user_id: str
    status: EventStatus
    applied: bool
    """Whether the friendship has grown by it already."""
    friendship_score_change: float
    new_friendship_level: FriendshipLevel | None
    score_calculation_details: ScoreData


def previewed(preview: PreviewedScore) -> ScoredData:
    return _scored(preview.event, preview.score, applied=preview.is_applied)


def applied(event: ConversationEvent) -> ScoredData:
    """Raises RefusedRequest for an event that somebody else took from us and has not scored yet."""
    if event.score is None:
        detail = f"Conversation {event.conversation_id} was taken by somebody else; ask again in a moment."
        raise RefusedRequest(HTTPStatus.CONFLICT, "CONFLICT", detail)
    return _scored(event, event.score, applied=True)


def _scored(event: ConversationEvent, score: ScoreBreakdown, *, applied: bool) -> ScoredData:
    return ScoredData(
        event_id=event.event_id,
        conversation_id=event.conversation_id,
        user_id=event.reported.user_id,
        status=event.status,
        applied=applied,
        friendship_score_change=score.final_score_change,
        new_friendship_level=event.new_friendship_level,
        score_calculation_details=msgspec.convert(msgspec.to_builtins(score), ScoreData),
    )
