from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.suggestion_facts import SuggestionFacts, SuggestionFactsSource
from domain.friendship import Friendship
from domain.identifiers import TopicId, UserId
from domain.topic_metrics import TopicMetrics
from infrastructure.postgres.friendships import friendship_of
from infrastructure.postgres.transaction import Transaction

# Who is known already costs a look into the index, and no write. Told are the friendships from before.
FACTS = text("""
    WITH introduced AS (
        INSERT INTO friendships (user_id, score, friendship_level, streak_day)
        SELECT :user_id, :score, :level, :streak
        WHERE NOT EXISTS (SELECT FROM friendships WHERE user_id = :user_id)
        ON CONFLICT DO NOTHING
    )
    SELECT friendships.*,
           (SELECT coalesce(jsonb_object_agg(topic_id, jsonb_build_object(
                'score', score, 'turns', turns, 'friendship_level', friendship_level,
                'last_date', last_date, 'agents_used', agents_used)), '{}')
            FROM topic_metrics WHERE user_id = :user_id) AS topics,
           ARRAY(SELECT coalesce(agent_tag, '') FROM conversation_events
                 WHERE user_id = :user_id AND bot_kind = 'GREETING'
                 ORDER BY end_time DESC LIMIT 3) AS recent_greetings
    FROM friendships WHERE user_id = :user_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSuggestionFacts(SuggestionFactsSource):
    """``engine`` must be in autocommit: a transaction would cost two more round trips.

    ``limit`` holds for connecting, and again for the statement: callers would rather have an answer from memory.
    """

    engine: AsyncEngine
    limit: timedelta

    async def of_user(self, user_id: UserId) -> SuggestionFacts:
        stranger = Friendship(user_id=user_id)
        parameters = {
            "user_id": user_id,
            "score": stranger.score,
            "level": stranger.level.value,
            "streak": stranger.streak_day,
        }
        async with Transaction(self.engine, limit=self.limit, connect_limit=self.limit) as transaction:
            row = (await transaction.execute(FACTS, parameters)).one_or_none()
        return _facts_of(row) if row else SuggestionFacts(friendship=stranger, recent_greetings=())


def _facts_of(row: Row[Any]) -> SuggestionFacts:
    topics = msgspec.convert(row.topics, dict[str, TopicMetrics])
    by_name = {TopicId(topic): topics[topic] for topic in sorted(topics)}
    return SuggestionFacts(friendship=friendship_of(row, by_name), recent_greetings=tuple(row.recent_greetings))
