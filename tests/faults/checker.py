"""Compares what callers were promised with what the database holds.

A promise is a 202: a conversation id, and the user it was answered for.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.servers.databases import for_libpq

Promises = Mapping[str, str]
"""Conversation id, as answered → user."""

_EVENTS = "SELECT conversation_id, user_id, status FROM conversation_events"
_LEDGER = "SELECT conversation_id, user_id, revision, count(*) FROM score_ledger GROUP BY 1, 2, 3"
_WITHOUT_LOG = """
    SELECT conversation_id FROM conversation_events AS event
    WHERE log_location = 'postgres:' AND NOT EXISTS (SELECT FROM conversation_logs WHERE event_id = event.event_id)
"""
_WRONG_SCORES = """
    SELECT coalesce(score.user_id, sum.user_id), score.score, sum.change
    FROM friendships AS score
    FULL JOIN (SELECT user_id, greatest(sum(change), 0) AS change FROM score_ledger GROUP BY 1) AS sum USING (user_id)
    WHERE abs(coalesce(score.score, 0) - coalesce(sum.change, 0)) > 1e-6
"""
_WRONG_TOPICS = """
    SELECT user_id, topic_id, metrics.score, sum.change, metrics.turns, sum.turns
    FROM topic_metrics AS metrics
    FULL JOIN (SELECT user_id, topic_id, sum(change) AS change, sum(turns) AS turns FROM score_ledger
               WHERE topic_id IS NOT NULL GROUP BY 1, 2) AS sum USING (user_id, topic_id)
    WHERE abs(coalesce(metrics.score, 0) - coalesce(sum.change, 0)) > 1e-6
       OR coalesce(metrics.turns, 0) <> coalesce(sum.turns, 0)
"""
_WRONG_ATTEMPTS = """
    SELECT conversation_id, status, count(*) FILTER (WHERE outcome = 'PROCESSED'),
           count(*) FILTER (WHERE number IS NOT NULL AND ended_at IS NULL)
    FROM conversation_events LEFT JOIN attempts USING (event_id)
    GROUP BY conversation_id, status
    HAVING count(*) FILTER (WHERE outcome = 'PROCESSED') <> CASE status WHEN 'PROCESSED' THEN 1 ELSE 0 END
        OR count(*) FILTER (WHERE number IS NOT NULL AND ended_at IS NULL)
           <> CASE status WHEN 'PROCESSING' THEN 1 ELSE 0 END
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Nothing in here: every promise is kept so far."""

    lost: list[str] = field(default_factory=list)
    """Accepted, and there is no such event of this user."""
    not_counted: list[str] = field(default_factory=list)
    """PROCESSED without a revision 0 in the ledger."""
    counted_in_vain: list[str] = field(default_factory=list)
    """In the ledger, while the event is not PROCESSED or does not exist."""
    counted_twice: list[str] = field(default_factory=list)
    without_log: list[str] = field(default_factory=list)
    wrong_scores: list[tuple[Any, ...]] = field(default_factory=list)
    wrong_topics: list[tuple[Any, ...]] = field(default_factory=list)
    wrong_attempts: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checker:
    database_url: str

    def findings(self, promises: Promises) -> Findings:
        """All as of one moment, so that it may be asked while everybody works."""
        with psycopg.connect(for_libpq(self.database_url), connect_timeout=10) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return _findings(connection, promises)

    def assert_kept(self, promises: Promises) -> None:
        """Nothing is lost and nothing counted twice, whether or not all is processed yet."""
        assert self.findings(promises) == Findings()

    def assert_all_counted(self, promises: Promises) -> None:
        """And everything accepted is PROCESSED."""
        self.assert_kept(promises)
        assert self.unfinished(promises) == {}

    def unfinished(self, promises: Container[str]) -> dict[str, str]:
        """Status by conversation id."""
        with psycopg.connect(for_libpq(self.database_url), connect_timeout=10) as connection:
            found = connection.execute(f"{_EVENTS} WHERE status <> 'PROCESSED'".encode()).fetchall()
        return {conversation_id: status for conversation_id, _, status in found if conversation_id in promises}


def _findings(connection: psycopg.Connection[Any], promises: Promises) -> Findings:
    def asked(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query.encode()).fetchall()

    events = {conversation_id: (user_id, status) for conversation_id, user_id, status in asked(_EVENTS)}
    processed = {(name, user) for name, (user, status) in events.items() if status == "PROCESSED"}
    ledger = asked(_LEDGER)
    counted = {(name, user) for name, user, revision, _ in ledger if revision == 0}
    return Findings(
        lost=sorted(name for name, user in promises.items() if events.get(name, ("", ""))[0] != user),
        not_counted=sorted(name for name, _ in processed - counted),
        counted_in_vain=sorted(name for name, _ in counted - processed),
        counted_twice=sorted(_twice(ledger)),
        without_log=sorted(name for (name,) in asked(_WITHOUT_LOG)),
        wrong_scores=asked(_WRONG_SCORES),
        wrong_topics=asked(_WRONG_TOPICS),
        wrong_attempts=asked(_WRONG_ATTEMPTS),
    )


def _twice(ledger: list[tuple[Any, ...]]) -> Iterator[str]:
    """Under one user or under several."""
    scorings: Counter[str] = Counter()
    for name, _, revision, count in ledger:
        scorings[name] += count if revision == 0 else 0
    return (name for name, count in scorings.items() if count > 1)
