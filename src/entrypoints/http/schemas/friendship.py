from datetime import date, datetime

import msgspec

from application.use_cases.show_friendship import ShownFriendship
from domain.emotion import SessionEmotion
from domain.friendship_level import FriendshipLevel
from domain.topic_metrics import TopicMetrics
from entrypoints.http.schemas.numbers import Count


class TopicData(msgspec.Struct, frozen=True, kw_only=True):
    score: float
    turns: Count
    friendship_level: FriendshipLevel
    last_date: datetime | None
    agents_used: tuple[str, ...]


class FriendshipData(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    friendship_score: float
    friendship_level: FriendshipLevel
    last_interaction_date: datetime | None
    streak_day: Count
    topic_metrics: dict[str, TopicData]
    last_emotion: SessionEmotion | None
    last_followup_topic: str | None
    birthday: date | None


def shown(found: ShownFriendship) -> FriendshipData:
    friendship = found.friendship
    return FriendshipData(
        user_id=friendship.user_id,
        friendship_score=friendship.score,
        friendship_level=friendship.level,
        last_interaction_date=friendship.last_interaction_date,
        streak_day=found.streak_day,
        topic_metrics={topic: _topic(metrics) for topic, metrics in friendship.topics.items()},
        last_emotion=friendship.last_emotion,
        last_followup_topic=friendship.last_followup_topic,
        birthday=friendship.birthday,
    )


def _topic(metrics: TopicMetrics) -> TopicData:
    return TopicData(
        score=metrics.score,
        turns=metrics.turns,
        friendship_level=metrics.friendship_level,
        last_date=metrics.last_date,
        agents_used=metrics.agents_used,
    )
