"""The robot's backend, as the service knows it: it posts, waits, posts again, and remembers what it was promised."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from tests.end_to_end.children import an_ended_conversation, bearer

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
POST_LIMIT_SECONDS = 90.0
_PAUSE_SECONDS = 0.05
_REFUSED_FOR_NOW = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.BAD_GATEWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP call. ``status`` None: the connection broke, or was never made."""

    path: str
    seconds: float
    status: int | None
    at: float
    """When it began, by ``time.monotonic``."""


@dataclass(slots=True)
class Backend:
    """``urls``: instances of the service, asked in turn when one fails. Use it as a context manager."""

    urls: Sequence[str]
    timeout: float = 30.0
    users: int = 7
    seed: int = 1
    promises: dict[str, str] = field(default_factory=dict)
    """Conversation id as answered → user; what the checker wants."""
    calls: list[Call] = field(default_factory=list)
    _number: int = 0
    _http: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)
    _turn: int = 0

    async def __aenter__(self) -> Self:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=50)
        self._http = httpx.AsyncClient(headers=bearer(KEY), timeout=self.timeout, limits=limits, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def sign_with(self, key: str) -> None:
        """From the next call on, with a token of this key."""
        self._http.headers.update(bearer(key))

    def next_body(self, *, lines: int = 4) -> dict[str, Any]:
        self._number += 1
        return an_ended_conversation(self._number, users=self.users, lines=lines)

    async def post(self, body: Mapping[str, Any], *, seconds: float = POST_LIMIT_SECONDS) -> dict[str, Any]:
        """Until it is accepted."""
        async with asyncio.timeout(seconds):
            while (answer := await self._try(body)) is None:  # noqa: ASYNC110 - a caller is not told when to try again
                await asyncio.sleep(_PAUSE_SECONDS)
        self.promises[answer["conversation_id"]] = answer["user_id"]
        return answer

    async def post_new(self, number: int = 1, *, lines: int = 4) -> list[str]:
        """That many at once; their ids."""
        bodies = [self.next_body(lines=lines) for _ in range(number)]
        answers = await asyncio.gather(*(self.post(body) for body in bodies))
        return [answer["conversation_id"] for answer in answers]

    async def call(self, method: str, path: str, **given: Any) -> httpx.Response | None:  # noqa: ANN401 - as in httpx
        """Once, at the instance whose turn it is. None: no answer."""
        url = self.urls[self._turn % len(self.urls)]
        began = time.monotonic()
        answer = None
        try:
            answer = await self._http.request(method, url + path, **given)
        except httpx.TransportError:
            self._turn += 1
        took = time.monotonic() - began
        status = None if answer is None else answer.status_code
        self.calls.append(Call(path=path, seconds=took, status=status, at=began))
        return answer

    async def _try(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        answer = await self.call("POST", "/v1/conversations/end", json=body)
        if answer is None:
            return None
        if answer.status_code == httpx.codes.ACCEPTED:
            data: dict[str, Any] = answer.json()["data"]
            return data
        assert answer.status_code in _REFUSED_FOR_NOW, answer.text
        self._turn += 1
        return None

    @asynccontextmanager
    async def under_load(self, *, robots: int = 4, pause: float = 0.02) -> AsyncIterator[None]:
        """Robots post one conversation after the other while the block lasts; every one is accepted in the end.

        Some post the same again, as after a lost answer, and some use an id for a second time.
        """
        over = asyncio.Event()
        posting = [asyncio.create_task(self._robot(over, pause, random.Random(self.seed + n))) for n in range(robots)]  # noqa: S311
        try:
            yield
            over.set()
            await asyncio.gather(*posting)
        finally:
            for task in posting:
                task.cancel()
            await asyncio.gather(*posting, return_exceptions=True)

    async def _robot(self, over: asyncio.Event, pause: float, dice: random.Random) -> None:
        while not over.is_set():
            body = self.next_body(lines=dice.choice((4, 4, 4, 40, 400)))
            await self.post(body)
            chance = dice.random()
            if chance < 0.1:
                again = await self.post(body)
                assert again["duplicate"]
            elif chance < 0.15:
                await self.post({**body, "end_time": "2025-11-26T11:30:00Z"})
            await asyncio.sleep(pause * dice.uniform(0.5, 1.5))
