from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.offers import TAKEN_WITHIN, AgentUse, Offers
from domain.catalogue import comparable
from domain.identifiers import AgentId
from domain.suggestion.offer import Offer
from infrastructure.postgres.transaction import Transaction

# The look into ``erased_users`` holds erasers off until this is committed, as for events: see erasures.py.
ADD = text("""
    WITH given AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS given (
            user_id text, seed bigint, agents text[], agent_tags text[], catalogue_version bigint,
            offered_at timestamptz)
    ), erased AS (
        SELECT given.user_id, mark.erased_at FROM given, LATERAL (
            SELECT erased_at FROM erased_users WHERE user_key = sha256(convert_to(given.user_id, 'UTF8'))
            FOR KEY SHARE
        ) AS mark
    )
    INSERT INTO suggestions (user_id, seed, agents, agent_tags, catalogue_version, offered_at)
    SELECT user_id, seed, agents, agent_tags, catalogue_version, offered_at FROM given
    WHERE NOT EXISTS (SELECT FROM erased WHERE erased.user_id = given.user_id AND given.offered_at <= erased_at)
    ORDER BY user_id, offered_at, seed
    ON CONFLICT DO NOTHING
""")

# Each conversation is looked up from its side, by the user and the day: that is what the unique index serves.
USE_OF_AGENTS = text("""
    WITH offered AS (
        SELECT agent, count(*) AS number
        FROM suggestions, unnest(agents) AS agent WHERE offered_at >= :since GROUP BY agent
    ), taken AS (
        SELECT led.agent, count(*) AS number, sum(coalesce(added.change, 0)) AS change
        FROM conversation_events AS event
        CROSS JOIN LATERAL (
            SELECT named.agent FROM suggestions, unnest(agents, agent_tags) AS named (agent, tag)
            WHERE suggestions.user_id = event.user_id AND offered_at >= :since
              AND offered_at BETWEEN event.start_time - CAST(:within AS interval) AND event.start_time
              AND lower(btrim(event.agent_tag, E' \\t\\r\\n')) IN (tag, lower(agent))
            ORDER BY offered_at DESC LIMIT 1
        ) AS led
        LEFT JOIN LATERAL (
            SELECT sum(change) AS change FROM score_ledger
            WHERE score_ledger.user_id = event.user_id AND score_ledger.conversation_id = event.conversation_id
        ) AS added ON true
        WHERE event.start_time >= :since AND event.agent_tag IS NOT NULL
        GROUP BY led.agent
    )
    SELECT agent, offered.number AS offered, coalesce(taken.number, 0) AS taken, coalesce(taken.change, 0) AS change
    FROM offered LEFT JOIN taken USING (agent) ORDER BY offered.number DESC, agent
""")

FORGET = text("""
    DELETE FROM suggestions WHERE suggestion_id IN (
        SELECT suggestion_id FROM suggestions WHERE offered_at < :before ORDER BY offered_at LIMIT :limit
        FOR UPDATE SKIP LOCKED)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresOffers(Offers):
    """``engine`` must be in autocommit: each statement is a transaction."""

    engine: AsyncEngine
    limit: timedelta

    async def add(self, offers: Sequence[Offer]) -> None:
        rows = msgspec.json.encode([_row(offer) for offer in offers]).decode()
        async with Transaction(self.engine, limit=self.limit) as transaction:
            await transaction.execute(ADD, {"rows": rows})

    async def use_of_agents(self, *, since: datetime) -> Sequence[AgentUse]:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            found = await transaction.execute(USE_OF_AGENTS, {"since": since, "within": TAKEN_WITHIN})
            return [
                AgentUse(agent_id=AgentId(row.agent), offered=row.offered, taken=row.taken, change=row.change)
                for row in found
            ]

    async def forget(self, *, before: datetime, limit: int) -> int:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return (await transaction.execute(FORGET, {"before": before, "limit": limit})).rowcount


def _row(offer: Offer) -> dict[str, object]:
    return {
        "user_id": offer.user_id,
        "seed": offer.seed,
        "agents": [agent.agent_id for agent in offer.agents],
        "agent_tags": [comparable(agent.agent_tag) for agent in offer.agents],
        "catalogue_version": offer.catalogue_version,
        "offered_at": offer.offered_at,
    }
