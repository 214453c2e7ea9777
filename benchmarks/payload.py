"""Requests that are encoded once; only the ids, which are always equally long, are put in later."""

import json
from dataclasses import dataclass

from benchmarks.conversation import conversation_log
from benchmarks.messages import Stream

USERS = 500
_VARIANTS = 8
_ABOUT = {
    "bot_type": "TALK",
    "bot_id": "bot_agent_movie",
    "bot_name": "Movie chat",
    "agent_tag": "agent_movie",
    "start_time": "2025-11-26T10:00:00Z",
    "end_time": "2025-11-26T10:20:00Z",
}


def user_id(number: int) -> str:
    return f"bench_user_{number % USERS:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    label: str
    head: bytes
    tails: tuple[bytes, ...]

    def __call__(self, number: int) -> bytes:
        ids = _accept_ids(self.label, number)
        return b"".join((self.head, ids, self.tails[number % len(self.tails)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest:
    head: bytes

    def __call__(self, number: int) -> bytes:
        return self.head + _suggest_body(number)


RequestMaker = Accept | Suggest


def _accept_ids(label: str, number: int) -> bytes:
    return f'{{"conversation_id":"{label}_{number:08d}","user_id":"{user_id(number)}",'.encode()


def _suggest_body(number: int) -> bytes:
    return f'{{"user_id":"{user_id(number)}"}}'.encode()


def _head(path: str, token: str, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def accept_requests(stream: Stream, *, run: str, token: str) -> Accept:
    label = f"{run}_{stream.name}"
    about = json.dumps(_ABOUT, separators=(",", ":")).encode()[1:-1] + b',"conversation_logs":'
    overhead = len(_accept_ids(label, 0)) + len(about) + 1
    logs = [conversation_log(stream.size - overhead, seed) for seed in range(_VARIANTS)]
    # One Content-Length serves all variants: a JSON document may end in blanks.
    longest = max(map(len, logs))
    tails = tuple(about + log + b" " * (longest - len(log)) + b"}" for log in logs)
    head = _head("/v1/conversations/end", token, overhead + longest)
    return Accept(label=label, head=head, tails=tails)


def suggest_requests(*, token: str) -> Suggest:
    return Suggest(head=_head("/v1/activities/suggest", token, len(_suggest_body(0))))


def request_maker(stream: Stream, *, run: str, token: str) -> RequestMaker:
    if stream.kind == "suggest":
        return suggest_requests(token=token)
    return accept_requests(stream, run=run, token=token)
