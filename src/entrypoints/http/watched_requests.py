"""Requests that take too long or end in an error of ours are told to people: method and route, never what was sent."""

import time
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from application.ports.alerts import Alerts
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType

SLOW_SECONDS = 5.0
OUR_ERROR = 500


class WatchedRequests:
    """Measures from the last byte that the caller sends to the first of the answer: the rest is the caller's time."""

    def __init__(self, app: ASGIApp, alerts: Alerts, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._alerts = alerts
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        heard_at = self._monotonic()

        async def hear() -> ReceiveMessage:
            nonlocal heard_at
            message = await receive()
            if message["type"] == "http.request":
                heard_at = self._monotonic()
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered(scope, message["status"], self._monotonic() - heard_at)
            await send(message)

        try:
            await self._app(scope, hear, answer)
        except Exception as error:
            self._failed(scope, type(error).__name__)
            raise

    def _answered(self, scope: Scope, status: int, seconds: float) -> None:
        if status == OUR_ERROR:
            self._failed(scope, "an answer 500")
        if seconds > SLOW_SECONDS:
            self._raise(AlertType.SLOW_REQUEST, AlertLevel.MEDIUM, f"{_route(scope)} took {seconds:.1f} s.")

    def _failed(self, scope: Scope, how: str) -> None:
        self._raise(AlertType.SYSTEM_ERROR, AlertLevel.CRITICAL, f"{_route(scope)} ended in {how}.")

    def _raise(self, kind: AlertType, level: AlertLevel, what: str) -> None:
        self._alerts.raise_alert(Alert(type=kind, level=level, component=AlertComponent.HTTP, what=what))


def _route(scope: Scope) -> str:
    """With the names of its parameters: the path itself may hold anything."""
    return f"{scope.get('method', '')} {scope.get('path_template') or 'an unknown route'}"
