"""Callers of the service, and what its database says about their children."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import psycopg

from entrypoints.http.tokens import AccessTokens
from infrastructure.private_postgres.processes import wait_until
from infrastructure.system.clock import SystemClock
from tests.end_to_end.program import Running
from tests.servers.databases import for_libpq

PATIENCE_SECONDS = 300.0
LINES = [
    {"character": "BOT_RESPONSE_CONVERSATION", "content": "Hi! Seen any films?"},
    {"character": "USER_RESPONSE_CONVERSATION", "content": "Yes! Why do dogs bark?"},
    {"speaker": "pika", "text": "To talk to us."},
    {"speaker": "user", "text": "That is so cool"},
]
SCOPES = frozenset(
    {"conversations:write", "conversations:read", "friendships:read", "suggestions:read", "catalogue:read"}
)


def bearer(key: str) -> dict[str, str]:
    tokens = AccessTokens(keys=(key,), clock=SystemClock())
    return {"Authorization": f"Bearer {tokens.issue('robot', SCOPES, valid_for=timedelta(hours=1))}"}


def an_ended_conversation(number: int, *, users: int = 1, lines: int = 4) -> dict[str, Any]:
    """Numbers tell conversations apart; ``users`` share them evenly."""
    return {
        "conversation_id": f"conv_{number:04}",
        "user_id": f"user_{number % users:02}",
        "bot_type": "TALK",
        "bot_id": "bot_17",
        "bot_name": "Movie chat",
        "agent_tag": "agent_movie",
        "start_time": "2025-11-26T10:00:00Z",
        "end_time": f"2025-11-26T10:{number % 60:02}:30Z",
        "conversation_logs": (LINES * (lines // len(LINES) + 1))[: lines - number % 3],
    }


async def post_all(service: Running, bodies: Sequence[dict[str, Any]], headers: dict[str, str]) -> None:
    """At once, as far as sixteen connections go; a call that fails is made again, as the robot's backend does."""
    limits = httpx.Limits(max_connections=16, max_keepalive_connections=16)
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=30, limits=limits) as http:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(_post(http, body) for body in bodies))


async def _post(http: httpx.AsyncClient, body: dict[str, Any]) -> None:
    while True:
        try:
            answer = await http.post("/v1/conversations/end", json=body, timeout=60)
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            continue
        if answer.status_code == httpx.codes.ACCEPTED:
            return
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
        await asyncio.sleep(0.2)


class Books:
    """What the database holds, asked directly."""

    def __init__(self, database_url: str) -> None:
        self._url = for_libpq(database_url)

    def statuses(self) -> Counter[str]:
        return Counter(dict(self._all("SELECT status, count(*) FROM conversation_events GROUP BY status")))

    def accepted(self) -> int:
        return sum(self.statuses().values())

    def processed(self) -> int:
        return self.statuses()["PROCESSED"]

    def wait_until_accepted(self, number: int) -> None:
        assert wait_until(lambda: self.accepted() >= number, seconds=PATIENCE_SECONDS), self.statuses()

    def wait_until_under_way(self, number: int) -> None:
        assert wait_until(lambda: self.statuses()["PROCESSING"] >= number, seconds=PATIENCE_SECONDS), self.statuses()

    def wait_until_attempted(self, number: int) -> None:
        """Scored, or failed for the time being."""
        done = wait_until(lambda: self.processed() + self.statuses()["FAILED"] >= number, seconds=PATIENCE_SECONDS)
        assert done, self.statuses()

    def wait_until_processed(self, number: int) -> None:
        done = wait_until(lambda: self.processed() >= number, seconds=PATIENCE_SECONDS)
        assert done, self.statuses()

    def assert_complete(self, number: int) -> None:
        """Each conversation counted once, in one attempt, and every score is the exact sum of its changes."""
        assert self.statuses() == {"PROCESSED": number}
        entries = self._all("SELECT conversation_id, revision, count(*) FROM score_ledger GROUP BY 1, 2")
        assert len(entries) == number
        assert {(revision, count) for _, revision, count in entries} == {(0, 1)}
        assert self.attempt_counts() == {1}
        assert self._all("SELECT count(*) FROM attempts WHERE outcome = 'PROCESSED'") == [(number,)]
        assert self._all("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == [(0,)]
        assert self.scores() == self.sums()
        assert all(score > 0 for score in self.scores().values())

    def attempt_counts(self) -> set[int]:
        return {count for (count,) in self._all("SELECT DISTINCT attempt_count FROM conversation_events")}

    def scores(self) -> dict[str, float]:
        return dict(self._all("SELECT user_id, score FROM friendships ORDER BY user_id"))

    def sums(self) -> dict[str, float]:
        """Exact, whatever the order: changes are whole and half points."""
        return dict(self._all("SELECT user_id, sum(change) FROM score_ledger GROUP BY user_id ORDER BY user_id"))

    def heard(self) -> list[dict[str, Any]]:
        """What is known of each conversation, scored or not."""
        return [signals for (signals,) in self._all("SELECT signals FROM conversation_events ORDER BY event_id")]

    def entries(self) -> list[tuple[int, str, float]]:
        """Revision, reason and change of each entry in the ledger, in the order they were written."""
        return self._all("SELECT revision, reason, change FROM score_ledger ORDER BY entry_id")

    @contextmanager
    def closed(self) -> Iterator[None]:
        """No score can be written meanwhile: who wants to, waits."""
        with psycopg.connect(self._url, connect_timeout=10) as connection:
            connection.execute("LOCK TABLE friendships IN SHARE MODE")
            yield

    def make_due_now(self) -> None:
        """Brings the next announcement forward, which may be a minute away."""
        with psycopg.connect(self._url, connect_timeout=10) as connection:
            connection.execute("UPDATE conversation_events SET announce_at = now() WHERE announce_at IS NOT NULL")

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url, connect_timeout=10) as connection:
            return connection.execute(query.encode()).fetchall()
