"""A webhook that takes cards as Google Chat does, and may be deleted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from infrastructure.private_postgres.ports import LOOPBACK

_PATH = "/v1/spaces/AAA/messages"


@dataclass(slots=True, kw_only=True)
class Webhook:
    port: int = 0
    is_there: bool = True
    is_reachable: bool = True
    titles: list[str] = field(default_factory=list)
    """Of the cards that it took."""

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}{_PATH}"

    def answer_to(self, path: str, body: bytes) -> HTTPStatus:
        if not self.is_there or path != _PATH:
            return HTTPStatus.NOT_FOUND
        self.titles.append(json.loads(body)["cardsV2"][0]["card"]["header"]["title"])
        return HTTPStatus.OK


@contextmanager
def listening_webhook() -> Iterator[Webhook]:
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not webhook.is_reachable:
                return  # and the connection is closed
            self.send_response(webhook.answer_to(self.path, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The answers say it all."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        webhook.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield webhook
        server.shutdown()
