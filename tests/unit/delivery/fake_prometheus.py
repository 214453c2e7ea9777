"""A Prometheus that knows two versions, over real HTTP, and may be away or talk nonsense."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from delivery.canary.verdict import Traffic

Versions = Mapping[str, Traffic]


@dataclass(slots=True, kw_only=True)
class FakePrometheus:
    """``looks`` holds what there is at each look, the last for ever; ``broken``, with its status, goes before."""

    looks: Sequence[Versions]
    broken: tuple[int, bytes] | None = None
    token: str | None = None
    url: str = ""
    queries: list[str] = field(default_factory=list)

    def answer(self, query: str, authorization: str | None) -> tuple[int, bytes]:
        if self.token and authorization != f"Bearer {self.token}":
            return 401, b"who are you"
        self.queries.append(query)
        if self.broken:
            return self.broken
        value = self._value(query)
        result = [] if value is None else [{"metric": {}, "value": [0, value]}]
        return 200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()

    def _value(self, query: str) -> str | None:
        """As Prometheus tells it: a number as text, NaN for a quantile of nothing, nothing for a sum of no series."""
        # A look asks three times about each of two versions.
        versions = self.looks[min((len(self.queries) - 1) // 6, len(self.looks) - 1)]
        traffic = next((traffic for selector, traffic in versions.items() if selector in query), None)
        if traffic is None:
            return None
        if query.startswith("histogram_quantile(0.99, "):
            return "NaN" if traffic.p99 is None else str(traffic.p99)
        if 'status=~"5.."' in query:
            return str(traffic.errors) if traffic.errors else None
        return str(traffic.requests)


@contextmanager
def serving(prometheus: FakePrometheus) -> Iterator[FakePrometheus]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            (query,) = parse_qs(urlsplit(self.path).query)["query"]
            status, body = prometheus.answer(query, self.headers["Authorization"])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The tests look at what was asked themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    prometheus.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield prometheus
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
