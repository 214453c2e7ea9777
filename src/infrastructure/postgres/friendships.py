from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.dialects.postgresql import Insert, insert

from application.ports.friendships import Friendships
from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import BotId, TopicId, UserId
from domain.topic_metrics import TopicMetrics
from infrastructure.postgres.tables import friendships, topic_metrics
from infrastructure.postgres.transaction import Transaction


class PostgresFriendships(Friendships):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._held: dict[UserId, Friendship] = {}

    async def find(self, user_id: UserId) -> Friendship | None:
        return await self._read(select(friendships).where(friendships.c.user_id == user_id))

    async def introduce(self, user_id: UserId) -> None:
        await self._transaction.execute(stranger_row(Friendship(user_id=user_id)))

    async def held(self, user_id: UserId) -> Friendship:
        held = None
        while held is None:
            # Locking a row that is not there would lock nothing: make sure of it first. It is gone again when we
            # waited for somebody who erased the user.
            await self.introduce(user_id)
            held = await self._read(select(friendships).where(friendships.c.user_id == user_id).with_for_update())
        self._held[user_id] = held
        return held

    async def save(self, friendship: Friendship) -> None:
        columns = friendship_columns(friendship)
        statement = friendships.update().where(friendships.c.user_id == friendship.user_id).values(columns)
        await self._transaction.execute(statement)
        before = self._held[friendship.user_id].topics
        for topic_id, metrics in friendship.topics.items():
            if metrics != before.get(topic_id):
                await self._save_topic(friendship.user_id, topic_id, metrics)

    async def _save_topic(self, user_id: UserId, topic_id: TopicId, metrics: TopicMetrics) -> None:
        columns = topic_columns(metrics)
        statement = insert(topic_metrics).values(user_id=user_id, topic_id=topic_id, **columns)
        await self._transaction.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "topic_id"], set_=columns)
        )

    async def _read(self, statement: Executable) -> Friendship | None:
        row = (await self._transaction.execute(statement)).one_or_none()
        if row is None:
            return None
        of_user = topic_metrics.c.user_id == row.user_id
        topics = await self._transaction.execute(
            select(topic_metrics).where(of_user).order_by(topic_metrics.c.topic_id)
        )
        return friendship_of(row, {TopicId(topic.topic_id): topic_of(topic) for topic in topics})


def stranger_row(stranger: Friendship) -> Insert:
    """Inserts it unless there is one."""
    return insert(friendships).values(friendship_columns(stranger)).on_conflict_do_nothing()


def friendship_of(row: Any, topics: dict[TopicId, TopicMetrics]) -> Friendship:  # noqa: ANN401 - any row with these columns
    return Friendship(
        user_id=UserId(row.user_id),
        score=row.score,
        streak_day=row.streak_day,
        last_interaction_date=row.last_interaction_date,
        topics=topics,
        last_emotion=SessionEmotion(row.last_emotion) if row.last_emotion else None,
        last_followup_topic=row.last_followup_topic,
        birthday=row.birthday,
    )


def topic_of(row: Any) -> TopicMetrics:  # noqa: ANN401 - any row with these columns
    return TopicMetrics(
        score=row.score,
        turns=row.turns,
        friendship_level=FriendshipLevel(row.friendship_level),
        last_date=row.last_date,
        agents_used=tuple(BotId(bot) for bot in row.agents_used),
    )


def friendship_columns(friendship: Friendship) -> dict[str, Any]:
    return {
        "user_id": friendship.user_id,
        "score": friendship.score,
        "friendship_level": friendship.level.value,
        "streak_day": friendship.streak_day,
        "last_interaction_date": friendship.last_interaction_date,
        "last_emotion": friendship.last_emotion,
        "last_followup_topic": friendship.last_followup_topic,
        "birthday": friendship.birthday,
    }


def topic_columns(metrics: TopicMetrics) -> dict[str, Any]:
    return {
        "score": metrics.score,
        "turns": metrics.turns,
        "friendship_level": metrics.friendship_level.value,
        "last_date": metrics.last_date,
        "agents_used": list(metrics.agents_used),
    }
