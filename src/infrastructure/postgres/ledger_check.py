from typing import Any

from sqlalchemy import Row, text

from application.ports.ledger import LedgerCheck
from domain.identifiers import TopicId, UserId
from domain.ledger_check import TOLERANCE, LedgerDifference, Quantity
from infrastructure.postgres.transaction import Transaction

# A stretch of users by their ids, so that one statement stays short however long the ledger is.
END_OF_STRETCH = text("""
    SELECT CASE WHEN count(*) = :users THEN max(user_id) END
    FROM (SELECT user_id FROM friendships WHERE CAST(:after AS text) IS NULL OR user_id > :after
          ORDER BY user_id LIMIT :users) AS stretch
""")

# One statement, so one snapshot: friendship, topics and ledger are changed in one transaction, and so agree in it.
CHECK = text("""
    WITH entry AS MATERIALIZED (
        SELECT user_id, topic_id, change, turns FROM score_ledger
        WHERE (CAST(:after AS text) IS NULL OR user_id > :after)
          AND (CAST(:up_to AS text) IS NULL OR user_id <= :up_to)
    ), friendship AS (
        SELECT user_id, score FROM friendships
        WHERE (CAST(:after AS text) IS NULL OR user_id > :after)
          AND (CAST(:up_to AS text) IS NULL OR user_id <= :up_to)
    ), topic AS (
        SELECT user_id, topic_id, score, turns FROM topic_metrics
        WHERE (CAST(:after AS text) IS NULL OR user_id > :after)
          AND (CAST(:up_to AS text) IS NULL OR user_id <= :up_to)
    ), user_compared AS (
        SELECT user_id, greatest(0, coalesce(total.score, 0)) AS expected, coalesce(friendship.score, 0) AS found
        FROM friendship
        FULL JOIN (SELECT user_id, sum(change) AS score FROM entry GROUP BY user_id) AS total USING (user_id)
    ), topic_compared AS (
        SELECT user_id, topic_id,
               coalesce(total.score, 0) AS expected_score, coalesce(topic.score, 0) AS found_score,
               coalesce(total.turns, 0) AS expected_turns, coalesce(topic.turns, 0) AS found_turns
        FROM topic
        FULL JOIN (SELECT user_id, topic_id, sum(change) AS score, sum(turns) AS turns
                   FROM entry WHERE topic_id IS NOT NULL GROUP BY user_id, topic_id) AS total
             USING (user_id, topic_id)
    )
    SELECT NULL AS user_id, NULL AS topic_id, 'counts' AS quantity,
           (SELECT count(*) FROM user_compared) AS expected, (SELECT count(*) FROM entry) AS found
    UNION ALL
    SELECT user_id, NULL, 'score', expected, found FROM user_compared WHERE abs(expected - found) > :tolerance
    UNION ALL
    SELECT user_id, topic_id, 'score', expected_score, found_score FROM topic_compared
    WHERE abs(expected_score - found_score) > :tolerance
    UNION ALL
    SELECT user_id, topic_id, 'turns', expected_turns, found_turns FROM topic_compared
    WHERE expected_turns <> found_turns
""")


async def check_ledger(transaction: Transaction, *, after: UserId | None, users: int) -> LedgerCheck:
    end = await transaction.execute(END_OF_STRETCH, {"after": after, "users": users})
    up_to = end.scalar_one()
    rows = await transaction.execute(CHECK, {"after": after, "up_to": up_to, "tolerance": TOLERANCE})
    counts, *different = rows.all()
    found = sorted(map(_difference, different), key=_order)
    return LedgerCheck(differences=found, users=int(counts.expected), entries=int(counts.found), up_to=up_to)


def _difference(row: Row[Any]) -> LedgerDifference:
    return LedgerDifference(
        user_id=UserId(row.user_id),
        topic_id=None if row.topic_id is None else TopicId(row.topic_id),
        quantity=Quantity(row.quantity),
        expected=float(row.expected),
        found=float(row.found),
    )


def _order(difference: LedgerDifference) -> tuple[str, bool, str, str]:
    """The friendship before its topics."""
    return difference.user_id, difference.topic_id is not None, difference.topic_id or "", difference.quantity
