"""The whole service with a language model behind it."""

import asyncio
from typing import Any

import psycopg

from domain.identifiers import EventId
from entrypoints.fake_services.behaviour import Behaviour, Fault
from tests.exported_metrics import Scrape
from tests.integration.groq.asking import KEY
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.running import Service as Running
from tests.integration.http.running import running_service
from tests.servers.databases import for_libpq
from tests.stand_ins import Listening
from tests.unit.application.patience import until

OPEN_TRANSACTIONS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""


def _settings(model: Listening, **more: str) -> dict[str, str]:
    return {"GROQ_API_KEY": KEY, "GROQ_BASE_URL": model.url, **more}


async def _ended(running: Running) -> EventId:
    return EventId((await running.end(an_ended_conversation())).json()["data"]["event_id"])


async def _details(running: Running) -> Any:  # noqa: ANN401 - JSON
    told = await running.http.get(f"/v1/conversations/{an_ended_conversation()['conversation_id']}")
    return told.json()["data"]["score_calculation_details"]


async def test_a_score_tells_who_answered(database_url: str, service: Listening) -> None:
    async with running_service(database_url, _settings(service)) as running:
        await running.score(await _ended(running))
        details = await _details(running)
        health = (await running.http.get("/v1/health")).json()
        told = Scrape((await running.http.get("/metrics")).text)

    assert told.number("llm_tokens_total", kind="prompt") >= told.number("llm_tokens_total", kind="cached") >= 0
    assert told.number("llm_tokens_total", kind="completion") > 0
    assert told.number("circuit_breaker_state", dependency="groq") == 0
    assert (details["degraded"], details["providers"]["questions"], details["providers"]["emotion"]) == (
        [],
        "groq",
        "groq",
    )
    assert health["breakers"]["groq"] == "closed"


async def test_a_model_that_keeps_failing_degrades_the_score_and_opens_the_breaker(
    database_url: str, service: Listening
) -> None:
    service.behaves(Behaviour(fault=Fault.STATUS, status=500))

    async with running_service(database_url, _settings(service)) as running:
        await running.score(await _ended(running))
        details = await _details(running)
        health = (await running.http.get("/v1/health")).json()
        told = Scrape((await running.http.get("/metrics")).text)

    assert told.number("circuit_breaker_state", dependency="groq") == 2
    assert told.values("analysis_duration_seconds_count", "outcome") >= {"unavailable"}
    assert sorted(details["degraded"]) == ["emotion", "questions"]
    assert (health["status"], health["breakers"]["groq"]) == ("degraded", "open")


async def test_a_model_that_is_switched_off_is_not_asked_and_degrades_nothing(
    database_url: str, service: Listening
) -> None:
    async with running_service(database_url, _settings(service, LLM_ANALYSIS_ENABLED="false")) as running:
        await running.score(await _ended(running))
        details = await _details(running)
        health = (await running.http.get("/v1/health")).json()

    assert (details["degraded"], service.calls.paths.total()) == ([], 0)
    assert "groq" not in health["breakers"]


async def test_no_transaction_and_no_connection_is_held_while_the_model_hangs(
    database_url: str, service: Listening
) -> None:
    service.behaves(Behaviour(fault=Fault.HANG))

    async with running_service(database_url, _settings(service)) as running:
        scoring = asyncio.create_task(running.container.calculate_score()(await _ended(running)))
        await until(lambda: service.calls.under_way == 2)
        async with await psycopg.AsyncConnection.connect(for_libpq(database_url)) as connection:
            found = await (await connection.execute(OPEN_TRANSACTIONS)).fetchone()
        held = (await running.http.get("/v1/health")).json()["pool"]["checked_out"]
        scoring.cancel()
        await asyncio.gather(scoring, return_exceptions=True)

    assert found == (0,)
    assert held <= 1  # that of the health check itself
