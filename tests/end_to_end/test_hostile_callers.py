"""What hostile and slow callers get of the program as it really runs: `serve` (granian) and `dev` (uvicorn)."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
import pytest

from infrastructure.private_postgres.ports import LOOPBACK
from tests.end_to_end.children import an_ended_conversation, bearer
from tests.end_to_end.conftest import KEY, MODEST
from tests.end_to_end.program import Running, program
from tests.servers.directories import open_directory

MIB = 2**20
# A head may take 55 s, a body 20 s; the machine may be busy.
PATIENCE_SECONDS = 90.0
AUTHORIZATION = f"Authorization: {bearer(KEY)['Authorization']}\r\n".encode()
HOST = b"Host: service\r\n"
POST = b"POST /v1/conversations/end HTTP/1.1\r\n" + HOST + AUTHORIZATION + b"Content-Type: application/json\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    service: Running

    def send(self, *pieces: bytes) -> bytes:
        """What is answered until the other side is done, or has nothing more to say for a second after an answer."""
        with socket.create_connection((LOOPBACK, self.service.port), timeout=PATIENCE_SECONDS) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
            except OSError:
                pass  # refused before it was all sent
            return _heard(connection)

    def post(self, content: bytes, **headers: str) -> httpx.Response:
        url = f"{self.service.url}/v1/conversations/end"
        kind = {"Content-Type": "application/json"}
        return httpx.post(url, content=content, headers={**bearer(KEY), **kind, **headers}, timeout=PATIENCE_SECONDS)

    def megabytes(self) -> float:
        root = psutil.Process(self.service.process.pid)
        return sum(one.memory_info().rss for one in (root, *root.children(recursive=True))) / MIB

    def serves(self) -> None:
        assert httpx.get(f"{self.service.url}/livez", timeout=PATIENCE_SECONDS).status_code == 200
        number = time.monotonic_ns()
        body = an_ended_conversation(1) | {"conversation_id": f"conv_{number}"}
        assert self.post(json.dumps(body).encode()).status_code == 202


def _heard(connection: socket.socket) -> bytes:
    heard = b""
    while True:
        try:
            piece = connection.recv(65536)
        except TimeoutError:
            return heard
        except OSError:
            return heard  # reset: refused in the middle of what we sent
        if not piece:
            return heard
        heard += piece
        connection.settimeout(1)


@pytest.fixture(scope="module", params=["serve", "dev"])
def attacked(request: pytest.FixtureRequest) -> Iterator[Attacked]:
    with ExitStack() as stack:
        directory = stack.enter_context(open_directory())
        started = stack.enter_context(program(directory, SECRET_KEY=KEY, **MODEST))
        yield Attacked(service=started.listening(request.param, "--data", str(directory / "data")))


SMUGGLED = b"GET /v1/health HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
PROBES = {
    "a length and chunks": POST + b"Content-Length: 6\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and a length": POST + CHUNKED + b"Content-Length: 6\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + SMUGGLED,
    "a list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}" + SMUGGLED,
    "a signed length": POST + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
    "a negative length": POST + b"Content-Length: -2\r\n\r\n" + SMUGGLED,
    "chunks by another name": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks undone": POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk of no size": POST + CHUNKED + b"\r\nzz\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk beyond counting": POST + CHUNKED + b"\r\n" + b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "a folded header": POST + b"X-A: b\r\n c: d\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a space before the colon": POST + b"Content-Length : 2\r\n\r\n{}" + SMUGGLED,
    "a NUL in a header": POST + b"X-A: \x00\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES.keys())
def test_where_a_request_ends_is_never_in_doubt(attacked: Attacked, probe: bytes) -> None:
    heard = attacked.send(probe)

    assert heard.startswith(b"HTTP/1.1 4"), heard[:200]
    assert heard.count(b"HTTP/1.1 ") == 1  # what was smuggled in is not answered
    attacked.serves()


FLOODS = {
    "many headers": b"".join(b"X-%d: 1\r\n" % number for number in range(20_000)),
    "a long header": b"X-A: " + b"a" * MIB + b"\r\n",
    "a header without an end": b"X-A: " + b"a" * (50 * MIB),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_of_headers_is_cut_off(attacked: Attacked, flood: bytes) -> None:
    heard = attacked.send(b"GET /livez HTTP/1.1\r\n", HOST, flood, b"\r\n")

    assert heard == b"" or heard.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")), heard[:200]
    attacked.serves()


def _with_log(log: bytes) -> bytes:
    return json.dumps(an_ended_conversation(1) | {"conversation_logs": 0}).encode().replace(b": 0}", b": " + log + b"}")


BODIES: dict[str, tuple[bytes, int]] = {
    "a hundred thousand levels": (b"[" * 100_000 + b"]" * 100_000, 400),
    "a hundred thousand levels of a log": (_with_log(b"[" * 100_000 + b"]" * 100_000), 400),
    "a million numbers": (_with_log(b"[" + b"1," * 1_000_000 + b"1]"), 422),
    "a million objects": (_with_log(b"[" + b"{}," * 1_000_000 + b"{}]"), 422),
    "a number of a million digits": (_with_log(b"9" * 1_000_000), 422),
    "a number beyond all bounds": (_with_log(b"1e999999"), 422),
    "the same key a hundred thousand times": (b"{" + b'"user_id":"user_1",' * 100_000 + b'"user_id":"user_1"}', 422),
    "not UTF-8": (b'{"user_id":"\xff\xfe"}', 400),
    "half of it": (_with_log(b"[]")[:-1], 400),
}


@pytest.mark.parametrize(("content", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_hostile_body_is_refused_with_a_reason(attacked: Attacked, content: bytes, status: int) -> None:
    before = attacked.megabytes()

    answer = attacked.post(content)

    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.content) < 100_000
    assert attacked.megabytes() < before + 200
    attacked.serves()


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_an_encoded_body_is_refused_unpacked_by_nobody(attacked: Attacked, encoding: str) -> None:
    answer = attacked.post(b"\x1f\x8b" + b"\x00" * MIB, **{"Content-Encoding": encoding})

    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_caller_that_closes_its_half_gets_its_answer_or_an_end(attacked: Attacked) -> None:
    body = json.dumps(an_ended_conversation(2)).encode()
    whole = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    for sent in (whole, whole[:-10], POST):
        with socket.create_connection((LOOPBACK, attacked.service.port), timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            heard = _heard(connection)
        assert heard == b"" or heard.startswith(b"HTTP/1.1 "), heard[:200]
    attacked.serves()


async def test_slow_callers_are_ended_and_keep_nobody_out(attacked: Attacked) -> None:
    slow_heads = [await _trickling(attacked, b"GET /livez HTTP/1.1\r\n" + HOST) for _ in range(300)]
    slow_bodies = [await _trickling(attacked, POST + b"Content-Length: 1000\r\n\r\n{") for _ in range(150)]

    await asyncio.to_thread(attacked.serves)
    answers = await asyncio.gather(*slow_heads, *slow_bodies)
    await asyncio.to_thread(attacked.serves)

    assert all(answer == b"" or answer.startswith(b"HTTP/1.1 408") for answer in answers[:300])
    assert all(b"REQUEST_TIMEOUT" in answer for answer in answers[300:])


async def _trickling(attacked: Attacked, beginning: bytes) -> "asyncio.Task[bytes]":
    """A connection that never gets further; in the end, what it was told."""
    reader, writer = await asyncio.open_connection(LOOPBACK, attacked.service.port)
    writer.write(beginning)
    await writer.drain()

    async def until_the_end() -> bytes:
        try:
            return await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    return asyncio.create_task(until_the_end())


def test_memory_is_what_it_was(attacked: Attacked) -> None:
    """After all of the above, in this order, and once more of the worst."""
    content, status = BODIES["a million objects"]
    before = attacked.megabytes()

    statuses: set[Any] = {attacked.post(content).status_code for _ in range(20)}

    assert statuses == {status}
    assert attacked.megabytes() < before + 100
