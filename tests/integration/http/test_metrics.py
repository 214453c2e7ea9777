"""What /metrics tells of a running service. What it told within the last second it tells again: one look a test."""

import asyncio
import platform
from importlib.metadata import version

import pytest

from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from domain.identifiers import EventId
from tests.exported_metrics import NOWHERE, Scrape, exported_names
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.running import Service, running_service, with_catalogue

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
CANARY = "the-cat-is-ill"
END, SUGGEST = "/v1/conversations/end", "/v1/activities/suggest"


async def scraped(service: Service) -> Scrape:
    answer = await service.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Scrape(answer.text)


async def test_everything_that_queries_may_name_is_told_and_nothing_else(service: Service) -> None:
    assert (await scraped(service)).series() == exported_names()


async def test_requests_are_counted_by_method_route_and_status(service: Service) -> None:
    await service.end(an_ended_conversation())
    await service.end({})
    await service.end(an_ended_conversation("conv_2"), prefix="/api/v1")
    for path in ("/v1/conversations/conv_0001", "/v1/conversations/conv_2", f"/v1/conversations/{CANARY}"):
        await service.http.get(path)

    told = await scraped(service)

    for name in ("http_requests_total", "http_request_duration_seconds_count"):
        assert told.number(name, method="POST", route=END, status="202") == 2
        assert told.number(name, method="POST", route=END, status="422") == 1
        assert told.number(name, method="GET", route="/v1/conversations/{conversation_id}", status="200") == 2
        assert told.number(name, method="GET", route="/v1/conversations/{conversation_id}", status="404") == 1
    assert told.number("http_requests_in_flight") == 1  # the one that asks


async def test_whatever_is_sent_the_labels_are_few(service: Service) -> None:
    for path in (f"/{CANARY}", f"/v1/{CANARY}", f"/v1/conversations/{CANARY}/a/b", "/wp-login.php", "/v1//"):
        await service.http.get(path)
    for method in ("BREW", "PROPFIND", "HEAD", "OPTIONS", "TRACE", "DELETE"):
        await service.http.request(method, f"/v1/conversations/{CANARY}")

    told = await scraped(service)

    assert told.values("http_requests_total", "route") == {"unmatched", "/v1/conversations/{conversation_id}"}
    assert told.values("http_requests_total", "method") <= {"GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "OTHER"}
    assert told.number("http_requests_total", method="HEAD", status="404") == 1
    assert CANARY not in str(told.samples)


async def test_who_calls_too_often_is_counted_under_the_route_he_called(database_url: str) -> None:
    async with running_service(database_url, {"RATE_LIMIT_PER_SECOND": "0.5"}) as service:
        for _ in range(3):
            await service.http.post("/api" + SUGGEST, json={})
        told = await scraped(service)

    assert told.number("rate_limited_requests_total") == 2
    assert told.number("http_requests_total", method="POST", route=SUGGEST, status="429") == 2


async def test_who_is_turned_away_is_counted_by_the_reason(database_url: str) -> None:
    settings = {"DB_POOL_SIZE": "1", "DB_MAX_OVERFLOW": "0", "RATE_LIMIT_PER_SECOND": "0"}
    async with running_service(database_url, settings) as service:
        async with service.container.unit_of_work()() as work:
            await work.events.get(EventId(1))
            refused = await service.http.get("/v1/conversations/conv_0001")
        told = await scraped(service)

    assert refused.status_code == 503
    assert told.number("requests_shed_total", reason="pool") == 1
    assert told.number("http_requests_total", route="/v1/conversations/{conversation_id}", status="503") == 1


async def test_the_pool_is_told(service: Service) -> None:
    async with service.container.unit_of_work()() as work:
        await work.events.get(EventId(1))
        told = await scraped(service)

    assert told.number("db_connection_pool_checkedout") >= 1
    assert told.number("db_connection_pool_size") == 5
    assert told.number("db_connection_pool_overflow") == 0


async def test_events_that_wait_are_told_from_the_database(service: Service) -> None:
    for name in ("conv_1", "conv_2"):
        await service.end(an_ended_conversation(name))

    told = await scraped(service)

    assert told.number("events", status="PENDING") == told.number("events_due") == 2
    assert told.values("events", "status") == {"PENDING", "PROCESSING", "FAILED", "PERMANENTLY_FAILED"}
    assert 0 <= told.number("events_oldest_due_age_seconds") < 60
    assert told.number("database_up") == 1


async def test_a_database_that_is_away_costs_no_scrape() -> None:
    async with running_service(NOWHERE) as service:
        told = await scraped(service)

    assert told.number("database_up") == 0
    assert not {"events", "events_due", "events_oldest_due_age_seconds"} & {sample.name for sample in told.samples}
    assert told.series() == exported_names()


async def test_who_runs_and_how_it_is_are_told(service: Service) -> None:
    await with_catalogue(service)
    await asyncio.sleep(0.05)  # a few turns of the loop

    told = await scraped(service)

    build = {"version": version("context-handling"), "python": platform.python_version()}
    assert told.number("context_handling_build_info", **build) == 1
    assert told.number("catalogue_version") == service.container.catalogue().current().version > 0
    assert told.number("event_loop_stall_seconds_count") > 0
    assert told.number("event_loop_lag_seconds") >= 0
    assert told.number("announcement_queue_depth") == told.number("offers_dropped_total") == 0
    assert told.number("circuit_breaker_state", dependency="suggestion_facts") == 0
    assert told.number("process_resident_memory_bytes") > 0


async def test_no_token_is_needed(database_url: str) -> None:
    async with running_service(database_url, {"SECRET_KEY": KEY}) as guarded:
        assert (await guarded.http.get("/metrics")).status_code == 200


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_they_are_only_read(service: Service, method: str) -> None:
    assert (await service.http.request(method, "/metrics")).status_code == 405


async def test_many_who_ask_at_once_cost_one_look(service: Service) -> None:
    answers = await asyncio.gather(*(service.http.get("/metrics") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


async def test_attempts_and_their_analyses_are_told(service: Service) -> None:
    for number in (1, 2):
        event = (await service.end(an_ended_conversation(f"conv_{number}"))).json()["data"]
        await service.score(event["event_id"])

    told = await scraped(service)

    assert told.number("event_attempts_total", outcome="processed") == 2
    assert told.number("event_attempts_total", outcome="permanently_failed") == 0
    assert "permanently_failed" in told.values("event_attempts_total", "outcome")
    assert told.number("event_attempt_duration_seconds_count") == 2
    first = {"earlier_failure": "none"}
    assert told.number("event_end_to_end_seconds_count", **first) == 2
    assert told.number("event_end_to_end_seconds_bucket", le="300.0", **first) == 2
    for component, provider, outcome in (
        ("questions", "rules", "answered"),
        ("emotion", "rules", "answered"),
        ("memories", "off", "nobody_asked"),
    ):
        labels = {"component": component, "provider": provider, "outcome": outcome}
        assert told.number("analysis_duration_seconds_count", **labels) == 2
    assert told.number("announcements_total", outcome="confirmed") == 2
    assert told.number("announcements_total", outcome="failed") == 0


async def test_alerts_are_told(service: Service) -> None:
    desk = service.container.alerts()
    for _ in range(2):
        desk.raise_alert(
            Alert(type=AlertType.TEST_ALERT, level=AlertLevel.INFO, component=AlertComponent.OPERATOR, what="a test")
        )
        await desk.drain()

    told = await scraped(service)

    labels = {"type": "TEST_ALERT", "level": "INFO"}
    assert told.number("alerts_total", **labels, outcome="sent") == 1
    assert told.number("alerts_total", **labels, outcome="suppressed") == 1
    assert told.number("alerts_total", type="POISON_MESSAGE", level="HIGH", outcome="failed") == 0
    assert ("failed", "POISON_MESSAGE") in {
        (sample.labels["outcome"], sample.labels["type"]) for sample in told.samples if sample.name == "alerts_total"
    }
