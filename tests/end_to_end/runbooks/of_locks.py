"""Locks in the database, and what waits for them."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace

import httpx
import psycopg

from domain.alert import AlertType
from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.runbooks.situation import (
    Followed,
    Situation,
    card,
    logged,
    prometheus_alert,
    says,
    says_nothing_of,
)
from tests.end_to_end.runbooks.stack import HEADERS, FaultedStack
from tests.servers.databases import for_libpq

_CALLERS = 30


@contextmanager
def locked(stack: FaultedStack, table: str) -> Iterator[int]:
    """By somebody who does not let go until the fix of the runbook; gives the number of his backend."""
    url = for_libpq(stack.settings["DATABASE_URL"])
    with closing(psycopg.connect(url, connect_timeout=10)) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        try:
            yield connection.info.backend_pid
        finally:
            stack.execute("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)


@contextmanager
def somebody_holds_a_lock(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """Longer than one statement of the service may take, and shorter than one of the consumer may."""
    with ThreadPoolExecutor() as callers:
        stack.wait_for(stack.post(), "PROCESSED")
        assert stack.consumer.stop() == 0
        stack.post()
        with locked(stack, "conversation_events") as holder:
            stack.start_consumer()
            refused = callers.submit(stack.try_to_post)
            yield {"HOLDER": str(holder)}
            assert refused.result() == httpx.codes.SERVICE_UNAVAILABLE
            time.sleep(0.5)


@contextmanager
def one_connection_is_all_there_is(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """And somebody holds a lock that it waits for; others ask meanwhile."""
    with (
        stack.service_with(DB_POOL_SIZE="1", DB_MAX_OVERFLOW="0", DB_STATEMENT_TIMEOUT_MS="60000"),
        ThreadPoolExecutor() as callers,
        locked(stack, "conversation_events") as holder,
    ):
        for _ in range(2):  # one has the connection, one waits for it
            callers.submit(stack.try_to_post)
        assert wait_until(lambda: _is_shed(stack), seconds=20)
        stack.wait_until_scraped('requests_shed_total{reason="pool"}')
        assert all(_is_shed(stack) for _ in range(_CALLERS))
        yield {"HOLDER": str(holder)}


def _is_shed(stack: FaultedStack) -> bool:
    """Whoever comes before the pool is full waits himself, and gives up."""
    try:
        answer = httpx.get(f"{stack.service.url}/v1/conversations/conv_0001", headers=HEADERS, timeout=1)
    except httpx.TimeoutException:
        return False
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "OVERLOADED" in answer.text


@contextmanager
def commits_wait(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """For longer than a post may take."""
    stack.wait_for(stack.post(), "PROCESSED")
    with ThreadPoolExecutor(_CALLERS) as callers:
        with locked(stack, "conversation_events"):
            posts = [callers.submit(stack.try_to_post) for _ in range(_CALLERS)]
            time.sleep(1.5)
        assert {post.result() for post in posts} == {httpx.codes.ACCEPTED}
    yield {}


@contextmanager
def suggestions_wait(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """For what the database knows of children."""
    stack.import_catalogue()
    assert stack.suggest() == httpx.codes.OK
    stack.wait_until_scraped('http_request_duration_seconds_count{route="/v1/activities/suggest", status="200"}')
    with ThreadPoolExecutor(_CALLERS) as callers, locked(stack, "friendships"):
        assert set(callers.map(lambda _: stack.suggest(), range(_CALLERS))) == {httpx.codes.OK}
        yield {}


SITUATIONS = (
    Situation(
        broken=commits_wait,
        pages=(
            Followed(
                name="SLO_ACCEPT_LATENCY",
                told=prometheus_alert("AcceptLatencyBudgetBurns"),
                seen=(says("=> 0"), says("=> 0"), says("=> 0.[0-9]*[1-9]")),
            ),
        ),
    ),
    Situation(
        broken=suggestions_wait,
        pages=(
            Followed(
                name="SLO_SUGGEST_LATENCY",
                told=prometheus_alert("SuggestLatencyBudgetBurns"),
                seen=(says('dependency="suggestion_facts"} => 2'), says("=> 0"), says("=> 0")),
            ),
        ),
    ),
    Situation(
        broken=somebody_holds_a_lock,
        pages=(
            Followed(
                name="POSTGRES_QUERY_TIMEOUT",
                told=card(AlertType.POSTGRES_QUERY_TIMEOUT),
                seen=(says(r"\{HOLDER\}"),),
                gone=(says_nothing_of(r"\{HOLDER\}"),),
            ),
            Followed(
                name="SLOW_DATABASE_QUERY",
                told=logged("slow query"),
                seen=(says(r"Lock.*conversation_events"),),
                gone=(says_nothing_of(r"\| Lock"),),
            ),
            Followed(
                name="SLOW_REQUEST",
                told=card(AlertType.SLOW_REQUEST),
                seen=(says('"checked_out":[1-9]'),),
                gone=(says('"checked_out":0'),),
            ),
        ),
    ),
    Situation(
        broken=one_connection_is_all_there_is,
        pages=(
            Followed(
                name="POSTGRES_POOL_EXHAUSTED",
                # It lasts until people are told: they are when somebody has waited in vain.
                told=replace(card(AlertType.POSTGRES_POOL_EXHAUSTED), afterwards=False),
                seen=(says('"pool":{"size":1,"checked_out":1'), says(r"\{HOLDER\}.*Lock")),
                gone=(says('"checked_out":0'), says_nothing_of(r"\| Lock")),
            ),
            Followed(
                name="CALLERS_REFUSED",
                told=prometheus_alert("RequestsShed"),
                seen=(
                    says('reason="pool"} => 0.[0-9]*[1-9]'),
                    says('route="/v1/conversations/{conversation_id}"} => 0.[0-9]*[1-9]'),
                ),
            ),
        ),
    ),
)
