"""Secrets and a child's words are planted, everything goes wrong that can, and nothing of them is told anywhere.

Both processes speak of all they do (LOG_LEVEL DEBUG); every answer of the API is read too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from tests.end_to_end.children import Books, an_ended_conversation, bearer
from tests.end_to_end.conftest import MODEST
from tests.end_to_end.program import Program, program
from tests.exported_metrics import Scrape, exported_names
from tests.servers.databases import for_libpq

WORDS = "chimcanhcut"
NOBODY = "http://127.0.0.1:1"
PLANTED = {
    "SECRET_KEY": "canary0key0b2e19f7a6d5c4b3a9b1c7e5f",
    "SECRET_KEY_PREVIOUS": "canary1key1b2e19f7a6d5c4b3a9b1c7e5f",
    "GROQ_API_KEY": "canary2groq",
    "MEMORY_API_KEY": "canary3memory",
    "GOOGLE_CHAT_WEBHOOK_URL": f"{NOBODY}/v1/spaces/x/messages?key=canary4chat",
}
PASSWORD = "canary5password"
FORBIDDEN = (WORDS, PASSWORD, *(value.rpartition("=")[2] for value in PLANTED.values()))
UNREADABLE = (
    b'{"conversation_id": "' + WORDS.encode(),
    f'["{WORDS}"]'.encode(),
    f'"{WORDS}"'.encode(),
    WORDS.encode() + b"\xff",
)


@dataclass(slots=True, kw_only=True)
class Heard:
    """Everything that was answered."""

    texts: list[str] = field(default_factory=list)

    def note(self, answer: httpx.Response) -> httpx.Response:
        self.texts.append(f"{answer.headers} {answer.text}")
        return answer


@pytest.fixture
def planted(directory: Path, database_url: str, rabbitmq_url: str) -> Iterator[Program]:
    settings = {
        **MODEST,
        "METRICS_PORT": str(free_port()),
        **PLANTED,
        "DATABASE_URL": _with_password(database_url),
        "GROQ_BASE_URL": NOBODY,
        "LOG_LEVEL": "DEBUG",
        "MEMORY_API_URL": NOBODY,
        "RABBITMQ_URL": rabbitmq_url,
    }
    with program(directory, **settings) as started:
        yield started


def test_neither_secrets_nor_words_are_told(planted: Program, database_url: str) -> None:
    books, heard = Books(database_url), Heard()
    service, consumer = planted.serve(), planted.consume()
    with httpx.Client(base_url=service.url, headers=bearer(PLANTED["SECRET_KEY"]), timeout=30) as http:
        _misuse(http, heard)
        accepted = heard.note(http.post("/v1/conversations/end", json=_said(an_ended_conversation(1))))
        assert accepted.status_code == httpx.codes.ACCEPTED
        books.wait_until_attempted(1)
        _break_the_log(database_url)
        heard.note(http.get("/v1/conversations/conv_0001", params={"include": "log"}))
        for path in (
            "/v1/health",
            "/v1/conversations/conv_0001",
            "/v1/friendship_status/user_00",
            "/openapi.json",
            "/metrics",
        ):
            heard.note(http.get(path))
    scraped = heard.note(httpx.get(f"http://{LOOPBACK}:{planted.settings['METRICS_PORT']}/metrics"))
    assert Scrape(scraped.text).series() == exported_names()
    assert (service.stop(), consumer.stop()) == (0, 0)

    told = {"service": service.output(), "consumer": consumer.output(), "answers": "\n".join(heard.texts)}
    leaks = [(where, word) for where, text in told.items() for word in FORBIDDEN if word in text]
    assert leaks == []


def test_settings_that_are_refused_are_named_and_not_shown(planted: Program) -> None:
    refused = planted.run("serve", RABBITMQ_URL=f"http://robot:{PASSWORD}@x", SECRET_KEY=PASSWORD)

    assert refused.code == 2
    assert "SECRET_KEY" in refused.err
    assert [word for word in FORBIDDEN if word in refused.err + refused.out] == []


def _misuse(http: httpx.Client, heard: Heard) -> None:
    good = _said(an_ended_conversation(2))
    faulty: tuple[dict[str, Any], ...] = (
        {"conversation_logs": [{"speaker": "user", "text": [WORDS]}, WORDS]},
        {"conversation_logs": WORDS},
        {"conversation_log": good["conversation_logs"]},
        {"start_time": WORDS},
        {"user_id": WORDS * 40},
        {"bot_name": f"{WORDS}\u0000"},
        {"agent_tag": {WORDS: 1}},
    )
    for fault in faulty:
        answer = heard.note(http.post("/v1/conversations/end", json={**good, **fault}))
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    for body in UNREADABLE:
        headers = {"Content-Type": "application/json"}
        assert heard.note(http.post("/v1/conversations/end", content=body, headers=headers)).is_client_error
    strange = {"Authorization": f"Bearer {PASSWORD}"}
    heard.note(http.get("/v1/conversations", headers=strange))


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "conversation_logs": [{"speaker": "user", "text": f"Why {WORDS}?"}, *body["conversation_logs"]]}


def _break_the_log(database_url: str) -> None:
    with psycopg.connect(for_libpq(database_url), autocommit=True) as connection:
        connection.execute("UPDATE conversation_logs SET content = %s", [WORDS.encode()])


def _with_password(url: str) -> str:
    """The server asks for none, and takes any."""
    address = urlsplit(url)
    return urlunsplit(address._replace(netloc=f"{address.username}:{PASSWORD}@{address.hostname}:{address.port}"))
