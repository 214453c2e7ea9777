"""A restore brings back children who were erased since the backup; the log of the service says whom to erase again."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.end_to_end.children import an_ended_conversation
from tests.end_to_end.program import program
from tests.faults.backend import KEY
from tests.faults.checker import Checker
from tests.faults.forked import Forked, Nursery
from tests.faults.patience import until
from tests.faults.restoring import succeeding
from tests.servers.databases import create_database, drop_database, for_libpq

pytestmark = pytest.mark.servers
STAYS, CAME_BACK, BY_HTTP, BY_COMMAND = (f"user_{number:02}" for number in range(4))
_HINT = re.compile(r"users erase --from-log LOG --since (\S+)")


@pytest.fixture
async def api(brisk: Nursery) -> AsyncIterator[Forked]:
    api, consumer = brisk.serve(), brisk.consume()
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    yield api
    for process in (api, consumer):
        process.kill()


async def test_who_was_erased_since_the_backup_is_erased_again(
    brisk: Nursery, api: Forked, database_url: str, postgres_server_url: str, tmp_path: Path
) -> None:
    log, checker = tmp_path / "service.log", Checker(database_url)
    with program(tmp_path, DATABASE_URL=database_url, DB_POOL_SIZE="5") as operator:
        async with _caller(api.url) as http:
            await _talk(http, checker, *(an_ended_conversation(number, users=4) for number in range(8)))
            await _erased(http, CAME_BACK)
            await _talk(http, checker, _just_now("conv_again", CAME_BACK))
            since = datetime.now(UTC)
            await succeeding(operator, "backup", "--to", str(tmp_path))
            await _erased(http, BY_HTTP)
            by_command = await asyncio.to_thread(lambda: operator.run("users", "erase", BY_COMMAND, "--yes"))
            after_all = _just_now("conv_later", BY_HTTP)
            await _talk(http, checker, after_all)
        log.write_text(api.output() + by_command.err)
        _end(brisk)
        drop_database(postgres_server_url, database_url)
        restored_url = create_database(postgres_server_url)

        told = await succeeding(operator, "restore", "--from", str(tmp_path), DATABASE_URL=restored_url)
        assert _known(restored_url) == {STAYS, CAME_BACK, BY_HTTP, BY_COMMAND}
        assert _hinted(told) == _taken_at(tmp_path).replace(microsecond=0) - timedelta(minutes=5)
        again = ("users", "erase", "--from-log", str(log), "--since", since.isoformat(), "--yes")
        assert "Erased 2 of 2 users" in await succeeding(operator, *again, DATABASE_URL=restored_url)
        assert "Erased 2 of 2 users" in await succeeding(operator, *again, DATABASE_URL=restored_url)

        assert _known(restored_url) == {STAYS, CAME_BACK}
        assert "The ledger is right" in await succeeding(operator, "ledger", "verify", DATABASE_URL=restored_url)
        successor = brisk.serve({"DATABASE_URL": restored_url})
        await asyncio.to_thread(successor.wait_until_up)
        async with _caller(successor.url) as http:
            reported = [await _reported(http, body) for body in (an_ended_conversation(2, users=4), after_all)]
        assert reported == [409, 202]
        successor.kill()
    drop_database(postgres_server_url, restored_url)


def _caller(url: str) -> httpx.AsyncClient:
    tokens = AccessTokens(keys=(KEY,), clock=SystemClock())
    token = tokens.issue("ann", frozenset({"operations", "conversations:write"}), valid_for=timedelta(hours=1))
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)


def _just_now(conversation_id: str, user_id: str) -> dict[str, Any]:
    moment = datetime.now(UTC)
    times = {"start_time": (moment - timedelta(minutes=1)).isoformat(), "end_time": moment.isoformat()}
    return an_ended_conversation(1) | {"conversation_id": conversation_id, "user_id": user_id} | times


async def _talk(http: httpx.AsyncClient, checker: Checker, *bodies: Mapping[str, Any]) -> None:
    """And all of it is scored."""
    for body in bodies:
        assert await _reported(http, body) == httpx.codes.ACCEPTED
    names = [body["conversation_id"] for body in bodies]
    assert await until(lambda: not checker.unfinished(names))


async def _reported(http: httpx.AsyncClient, body: Mapping[str, Any]) -> int:
    return (await http.post("/v1/conversations/end", json=body)).status_code


async def _erased(http: httpx.AsyncClient, user_id: str) -> None:
    assert (await http.delete(f"/v1/users/{user_id}")).status_code == httpx.codes.OK


def _end(service: Nursery) -> None:
    for process in service.children:
        process.kill()


def _known(database_url: str) -> set[str]:
    """Of whom anything is there."""
    tables = ("friendships", "conversation_events", "score_ledger", "topic_metrics", "suggestions")
    query = " UNION ".join(f"SELECT user_id FROM {table}" for table in tables)  # noqa: S608 - our own names
    with psycopg.connect(for_libpq(database_url)) as connection:
        return {row[0] for row in connection.execute(query.encode()).fetchall()}


def _hinted(told: str) -> datetime:
    found = _HINT.search(told)
    assert found, told
    return datetime.fromisoformat(found[1])


def _taken_at(backups: Path) -> datetime:
    [manifest] = backups.glob("*.json")
    return datetime.fromisoformat(json.loads(manifest.read_text())["taken_at"])
