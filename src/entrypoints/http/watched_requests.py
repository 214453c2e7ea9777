"""Requests are measured; those that take too long or end in an error of ours are told to people.

Method and route are told, never what was sent.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from application.ports.alerts import Alerts
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from entrypoints.http.request_meter import RequestMeter
from entrypoints.http.routes import Routes, method_of

log = structlog.get_logger("http")
SLOW_SECONDS = 5.0
OUR_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRequests:
    """Measures from the last byte that the caller sends to the first of the answer: the rest is the caller's time."""

    app: ASGIApp
    alerts: Alerts
    meter: RequestMeter
    routes: Routes
    monotonic: Callable[[], float] = time.monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        method, heard_at, answered = method_of(scope), self.monotonic(), False

        async def hear() -> ReceiveMessage:
            nonlocal heard_at
            message = await receive()
            if message["type"] == "http.request":
                heard_at = self.monotonic()
            return message

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                self._answered(scope, method, message["status"], self.monotonic() - heard_at)
            await send(message)

        self.meter.began()
        try:
            await self.app(scope, hear, answer)
        except Exception as error:
            route = self.routes.of_request(scope)
            if not answered:  # the server does
                self.meter.answered(method, route, OUR_ERROR, self.monotonic() - heard_at)
            self._failed(method, route, type(error).__name__)
            raise
        finally:
            self.meter.ended()

    def _answered(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route = self.routes.of_request(scope)
        self.meter.answered(method, route, status, seconds)
        if status == OUR_ERROR:
            self._failed(method, route, "an answer 500")
        if seconds > SLOW_SECONDS:
            log.warning("slow request", method=method, route=route, status=status, seconds=round(seconds, 3))
            self._raise(AlertType.SLOW_REQUEST, AlertLevel.MEDIUM, f"{method} {route} took {seconds:.1f} s.")

    def _failed(self, method: str, route: str, how: str) -> None:
        self._raise(AlertType.SYSTEM_ERROR, AlertLevel.CRITICAL, f"{method} {route} ended in {how}.")

    def _raise(self, kind: AlertType, level: AlertLevel, what: str) -> None:
        self.alerts.raise_alert(Alert(type=kind, level=level, component=AlertComponent.HTTP, what=what))
