"""Just enough HTTP/1.1 for a stand-in: whole requests with a length, and answers as bytes that may be mistreated."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

LONGEST_BODY = 64 * 1024 * 1024


class MalformedRequest(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def keeps_alive(self) -> bool:
        return self.headers.get("connection", "").casefold() != "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    body: bytes
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)

    def wire(self) -> bytes:
        return self.head({"Content-Length": str(len(self.body))}) + self.body

    def head(self, framing: Mapping[str, str]) -> bytes:
        """Status and headers; ``framing`` says where the body will end."""
        headers = {"Content-Type": "application/json", **self.headers, **framing}
        lines = [
            f"HTTP/1.1 {self.status} {_phrase(self.status)}",
            *(f"{name}: {text}" for name, text in headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """None: the caller hung up. Raises MalformedRequest."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, headers = _head(head)
        body = await reader.readexactly(_length(headers))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError:
        raise MalformedRequest("the headers are too long") from None
    return Request(method=method, path=path, headers=headers, body=body)


def _head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != len(("method", "path", "version")):
        raise MalformedRequest("this is not HTTP/1.1")
    pairs = (line.partition(":") for line in lines)
    return words[0], words[1], {name.strip().casefold(): text.strip() for name, _, text in pairs}


def _length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise MalformedRequest("a body needs a Content-Length")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        raise MalformedRequest("no such Content-Length")
    return int(length)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
