"""What it costs to watch and to count a request, and what a scrape costs; processor time, without network.

python -m benchmarks.metering
"""

import asyncio
import sys
import time

from litestar.types import ASGIApp, HTTPRequestEvent, Message, Receive, Scope, Send
from prometheus_client import generate_latest

from entrypoints.http.request_meter import RequestMeter, Unmetered
from entrypoints.http.routes import Routes
from entrypoints.http.watched_requests import WatchedRequests
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.prometheus.registry import make_registry
from infrastructure.prometheus.requests import RequestMetrics

ROUTE = "/v1/conversations/end"
REQUESTS = 50_000
SCRAPES = 20
SERIES = 50
"""About as many combinations of method, route and status as a busy process has seen."""
MICROSECONDS, MILLISECONDS = 1e6, 1e3


async def accepts(scope: Scope, receive: Receive, send: Send) -> None:
    scope["path_template"] = ROUTE
    await receive()
    await send({"type": "http.response.start", "status": 202, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def receive() -> HTTPRequestEvent:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(_: Message) -> None:
    pass


async def seconds_a_request(app: ASGIApp) -> float:
    began = time.process_time()
    for _ in range(REQUESTS):
        await app({"type": "http", "method": "POST", "path": ROUTE, "headers": []}, receive, send)  # type: ignore[arg-type]
    return (time.process_time() - began) / REQUESTS


def watched(meter: RequestMeter) -> WatchedRequests:
    return WatchedRequests(app=accepts, alerts=RememberingAlerts(), meter=meter, routes=Routes.of([ROUTE]))


def seconds_a_scrape(metrics: RequestMetrics) -> float:
    for number in range(SERIES):
        metrics.answered("GET", f"/v1/route_{number}", 200, 0.01)
    began = time.process_time()
    for _ in range(SCRAPES):
        generate_latest(metrics.registry)
    return (time.process_time() - began) / SCRAPES


def main() -> None:
    metrics = RequestMetrics(registry=make_registry())
    for name, app in (
        ("the application alone", accepts),
        ("watched", watched(Unmetered())),
        ("watched and counted", watched(metrics)),
    ):
        sys.stdout.write(f"{name:24}{asyncio.run(seconds_a_request(app)) * MICROSECONDS:8.2f} µs a request\n")
    sys.stdout.write(f"{'a scrape':24}{seconds_a_scrape(metrics) * MILLISECONDS:8.2f} ms\n")


if __name__ == "__main__":
    main()
