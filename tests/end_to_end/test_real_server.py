"""HEAD, OPTIONS and odd paths by the server that runs in production: what it makes of them is its own affair."""

import socket

import httpx
import pytest

from infrastructure.private_postgres.ports import LOOPBACK
from tests.end_to_end.children import an_ended_conversation, bearer
from tests.end_to_end.conftest import KEY
from tests.end_to_end.program import Program, Running

SECONDS = 30.0
READABLE = ("/", "/livez", "/readyz", "/v1/health", "/v1/conversations", "/v1/catalogue")
METHODS = {
    "/v1/conversations/end": "OPTIONS, POST",
    "/v1/catalogue": "GET, HEAD, OPTIONS, PUT",
    "/livez": "GET, HEAD, OPTIONS",
}


@pytest.fixture
def served(configured: Program) -> Running:
    return configured.listening("serve")


def test_head_and_options_are_answered_as_they_should_be(served: Running) -> None:
    with httpx.Client(base_url=served.url, headers=bearer(KEY), timeout=SECONDS) as http:
        for path in READABLE:
            get, head = http.get(path), http.head(path)
            assert (head.status_code, head.content) == (200, b""), path
            assert head.headers["Content-Type"] == get.headers["Content-Type"], path
        for path, methods in METHODS.items():
            options = http.options(path)
            assert (options.status_code, options.content, options.headers["Allow"]) == (204, b"", methods)
            wrong = http.request("TRACE", path)
            assert (wrong.status_code, wrong.headers["Allow"]) == (405, methods)
        assert http.head("/v1/conversations/conv_9").status_code == 404


def test_an_id_with_a_slash_can_be_followed(served: Running) -> None:
    with httpx.Client(base_url=served.url, headers=bearer(KEY), timeout=SECONDS) as http:
        accepted = http.post("/v1/conversations/end", json=an_ended_conversation(1) | {"conversation_id": "a/b"})
        shown = http.get(accepted.headers["Location"])

    assert (shown.status_code, shown.json()["data"]["conversation_id"]) == (200, "a/b")


def test_after_a_head_the_connection_goes_on_with_the_next_answer(served: Running) -> None:
    """A body after the head would be read as the next answer."""
    head, get = (f"{method} /livez HTTP/1.1\r\nHost: service\r\n\r\n".encode() for method in ("HEAD", "GET"))
    with socket.create_connection((LOOPBACK, served.port), timeout=SECONDS) as connection:
        heard = b""
        for request, answers in ((head, 1), (get, 2)):
            connection.sendall(request)
            while heard.count(b"HTTP/1.1 200 OK") < answers or not heard.endswith((b"\r\n\r\n", b"}")):
                piece = connection.recv(65536)
                assert piece, heard
                heard += piece

    first, _, second = heard.partition(b"\r\n\r\n")
    assert second.startswith(b"HTTP/1.1 200 OK")
    assert first.startswith(b"HTTP/1.1 200 OK")
