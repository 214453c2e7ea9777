from typing import NamedTuple

MAX_HEAD_BYTES = 65_536
_NEVER_A_BODY = frozenset({204, 304})


class ResponseError(ValueError):
    """The bytes are no HTTP/1.1 response of the kind that the generator understands."""


class Response(NamedTuple):
    status: int
    closes: bool


class ResponseParser:
    """Reads the status and steps over the body: all a load generator needs, at the price of two searches."""

    __slots__ = ("_current", "_length", "_pending")

    def __init__(self) -> None:
        self._pending = b""
        self._current: Response | None = None
        self._length = 0

    def feed(self, data: bytes) -> list[Response]:
        self._pending = self._pending + data if self._pending else data
        answers = []
        while (answer := self._next()) is not None:
            answers.append(answer)
        return answers

    def _next(self) -> Response | None:
        if self._current is None and not self._read_head():
            return None
        if len(self._pending) < self._length:
            return None
        self._pending = self._pending[self._length :]
        answer, self._current = self._current, None
        return answer

    def _read_head(self) -> bool:
        end = self._pending.find(b"\r\n\r\n")
        if end < 0:
            self._refuse_endless_head()
            return False
        head = self._pending[:end].lower()
        status = _status(head)
        self._current = Response(status, b"\r\nconnection: close" in head)
        self._length = end + 4 + _content_length(head, status)
        return True

    def _refuse_endless_head(self) -> None:
        if len(self._pending) > MAX_HEAD_BYTES:
            raise ResponseError("the head does not end")


def _status(head: bytes) -> int:
    digits = head[9:12]
    if not head.startswith(b"http/1.1 ") or not digits.isdigit():
        raise ResponseError(f"not a status line: {head[:40]!r}")
    return int(digits)


def _content_length(head: bytes, status: int) -> int:
    if b"\r\ntransfer-encoding:" in head:
        raise ResponseError("transfer-encoding is not supported")
    _, found, rest = head.partition(b"\r\ncontent-length:")
    digits = rest.partition(b"\r\n")[0].strip()
    if found and digits.isdigit():
        return int(digits)
    if not found and status in _NEVER_A_BODY:
        return 0
    raise ResponseError(f"no usable content-length: {digits[:40]!r}")
