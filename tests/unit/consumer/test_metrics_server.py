"""The little HTTP of a consumer, asked as scrapers and strangers ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from entrypoints.consumer.metrics_server import MAX_HEAD_BYTES, serving_metrics
from infrastructure.private_postgres.ports import LOOPBACK, free_port


async def some_metrics() -> bytes:
    return b"events_due 7\n"


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    port = free_port()
    async with serving_metrics(some_metrics, host=LOOPBACK, port=port):
        yield port


async def ask(port: int, method: str, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=10) as http:
        return await http.request(method, path)


async def say(port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(words)
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_the_metrics_are_told() -> None:
    async with serving() as port:
        answer = await ask(port, "GET", "/metrics?name=all")

    assert (answer.status_code, answer.text) == (200, "events_due 7\n")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/livez", 200, "alive\n"),
        ("HEAD", "/metrics", 200, ""),
        ("GET", "/v1/health", 404, ""),
        ("GET", "/metrics/", 404, ""),
        ("POST", "/metrics", 405, ""),
    ],
)
async def test_only_what_is_known_is_answered(method: str, path: str, status: int, body: str) -> None:
    async with serving() as port:
        answer = await ask(port, method, path)

    assert (answer.status_code, answer.text) == (status, body)


@pytest.mark.parametrize("words", [b"\r\n\r\n", b"hello\r\n\r\n", b"GET\r\n\r\n", b"\x00\xff \r\n\r\n"])
async def test_nonsense_is_refused(words: bytes) -> None:
    async with serving() as port:
        assert not (await say(port, words)).startswith(b"HTTP/1.1 200")
        assert (await ask(port, "GET", "/livez")).status_code == 200


async def test_a_head_without_end_is_not_read_to_its_end() -> None:
    async with serving() as port:
        assert await say(port, b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 4 * MAX_HEAD_BYTES) == b""


async def test_who_says_nothing_is_shown_out_when_it_ends() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        assert (await ask(port, "GET", "/livez")).status_code == 200

    assert await reader.read() == b""
    writer.close()


async def test_a_port_that_is_taken_keeps_nobody_from_working() -> None:
    async with serving() as port, serving_metrics(some_metrics, host=LOOPBACK, port=port):
        assert (await ask(port, "GET", "/metrics")).status_code == 200
