from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.suggestion_facts import SuggestionFacts, SuggestionFactsSource
from domain.identifiers import TopicId, UserId
from domain.topic_metrics import TopicMetrics
from infrastructure.postgres.friendships import friendship_of
from infrastructure.postgres.transaction import Transaction

FACTS = text("""
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
    """``engine`` must be in autocommit: a transaction would cost two more round trips."""

    engine: AsyncEngine
    limit: timedelta

    async def of_user(self, user_id: UserId) -> SuggestionFacts | None:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            row = (await transaction.execute(FACTS, {"user_id": user_id})).one_or_none()
        return _facts_of(row) if row else None


def _facts_of(row: Row[Any]) -> SuggestionFacts:
    topics = msgspec.convert(row.topics, dict[str, TopicMetrics])
    by_name = {TopicId(topic): topics[topic] for topic in sorted(topics)}
    return SuggestionFacts(friendship=friendship_of(row, by_name), recent_greetings=tuple(row.recent_greetings))
