from collections.abc import Sequence
from typing import Any

import msgspec
from litestar.types import ASGIApp, HTTPReceiveMessage, Message


class Caller:
    """Sends a body in pieces, if asked for them, and keeps the answer."""

    def __init__(self, path: str, *, headers: Sequence[tuple[bytes, bytes]] = (), pieces: Sequence[bytes] = ()) -> None:
        self._scope = {"type": "http", "path": path, "headers": list(headers), "client": ("192.0.2.1", 4711)}
        self._pieces = list(pieces)
        self.asked = 0
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""

    async def call(self, app: ASGIApp) -> int:
        await app(self._scope, self.receive, self.send)  # type: ignore[arg-type]
        return self.status

    async def receive(self) -> HTTPReceiveMessage:
        self.asked += 1
        piece = self._pieces.pop(0) if self._pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(self._pieces)}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = dict(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message["body"]

    def problem(self) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.json.decode(self.body)
        return told
