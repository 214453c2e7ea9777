from dataclasses import dataclass, field

import pytest
from litestar.types import HTTPReceiveMessage, Message, Receive, Scope, Send

from entrypoints.http.request_meter import Unmetered
from entrypoints.http.routes import Routes
from entrypoints.http.watched_requests import WatchedRequests
from infrastructure.in_memory.alerts import RememberingAlerts

CANARY = "the-cat-is-ill"


@dataclass(slots=True, kw_only=True)
class Answering:
    """Reads, takes its time, and answers."""

    watch: list[float]
    status: int = 200
    takes_seconds: float = 0.0
    error: Exception | None = None
    sent: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_template"] = "/v1/conversations/{conversation_id}"
        await receive()
        self.watch[0] += self.takes_seconds
        if self.error is not None:
            raise self.error
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _watched(app: Answering, alerts: RememberingAlerts) -> WatchedRequests:
    routes = Routes.of(["/v1/conversations/{conversation_id}"])
    return WatchedRequests(app=app, alerts=alerts, meter=Unmetered(), routes=routes, monotonic=lambda: app.watch[0])


async def _asked(app: Answering, *, upload_seconds: float = 0.0) -> RememberingAlerts:
    alerts = RememberingAlerts()

    async def receive() -> HTTPReceiveMessage:
        app.watch[0] += upload_seconds
        return {"type": "http.request", "body": CANARY.encode(), "more_body": False}

    async def send(message: Message) -> None:
        app.sent.append(message)

    scope = {"type": "http", "method": "POST", "path": f"/v1/conversations/{CANARY}", "headers": []}
    await _watched(app, alerts)(scope, receive, send)  # type: ignore[arg-type]
    return alerts


async def test_a_request_that_is_well_is_not_told() -> None:
    app = Answering(watch=[0.0], takes_seconds=5.0)

    alerts = await _asked(app)

    assert alerts.raised == []
    assert [message["type"] for message in app.sent] == ["http.response.start", "http.response.body"]


async def test_a_slow_request_is_told_by_its_route() -> None:
    [alert] = (await _asked(Answering(watch=[0.0], takes_seconds=6.0))).raised

    assert (alert.type, alert.level, alert.component) == ("SLOW_REQUEST", "MEDIUM", "http")
    assert alert.what == "POST /v1/conversations/{conversation_id} took 6.0 s."


async def test_the_time_of_a_slow_caller_is_not_ours() -> None:
    assert (await _asked(Answering(watch=[0.0]), upload_seconds=60.0)).raised == []


async def test_an_answer_500_is_told_without_anything_that_was_sent() -> None:
    [alert] = (await _asked(Answering(watch=[0.0], status=500))).raised

    assert (alert.type, alert.level, alert.component) == ("SYSTEM_ERROR", "CRITICAL", "http")
    assert CANARY not in alert.what


@pytest.mark.parametrize("status", [400, 404, 422, 503])
async def test_other_refusals_are_not_told(status: int) -> None:
    assert (await _asked(Answering(watch=[0.0], status=status))).raised == []


async def test_an_error_that_nobody_answered_is_told_by_its_kind() -> None:
    app, alerts = Answering(watch=[0.0], error=ValueError(CANARY)), RememberingAlerts()

    async def receive() -> HTTPReceiveMessage:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        raise AssertionError("nothing is sent")

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(ValueError, match=CANARY):
        await _watched(app, alerts)(scope, receive, send)  # type: ignore[arg-type]

    [alert] = alerts.raised
    assert alert.type == "SYSTEM_ERROR"
    assert "ValueError" in alert.what
    assert CANARY not in alert.what
