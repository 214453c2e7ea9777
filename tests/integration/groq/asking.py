"""The analyst over real sockets, with little patience."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from domain.conversation import Conversation, Speaker, Utterance
from infrastructure.groq.analyst import GroqConversationAnalyst
from infrastructure.groq.connection import GroqConnection
from infrastructure.groq.model import GroqModel
from infrastructure.groq.usage import TokenUsage
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.guard import Backoff, Guard
from tests.examples import STARTED

KEY = "gsk_key"
FAILURES = 5
COOLDOWN = timedelta(seconds=60)
PLACES = 5


@dataclass(slots=True, kw_only=True)
class Asking:
    analyst: GroqConversationAnalyst
    breaker: CircuitBreaker
    seconds: list[float]
    """The breaker's clock."""
    used: list[TokenUsage] = field(default_factory=list)

    async def count(self) -> int | None:
        return await self.analyst.count_questions(A_CHAT)


@asynccontextmanager
async def asking(
    url: str, *, attempts: int = 1, attempt_limit: float = 5, total_limit: float = 10, key: str = KEY
) -> AsyncIterator[Asking]:
    """One attempt unless said otherwise; limits in seconds."""
    seconds, used = [0.0], list[TokenUsage]()
    breaker = CircuitBreaker(threshold=FAILURES, cooldown=COOLDOWN, monotonic=lambda: seconds[0])
    guard = Guard(
        name="groq",
        attempts=attempts,
        attempt_limit=timedelta(seconds=attempt_limit),
        total_limit=timedelta(seconds=total_limit),
        breaker=breaker,
        concurrency=PLACES,
        backoff=Backoff(first=timedelta(milliseconds=10), jitter=timedelta(0)),
    )
    connection = GroqConnection(base_url=url, api_key=key, attempt_limit=guard.attempt_limit)
    model = GroqModel(
        connection=connection, guard=guard, model="openai/gpt-oss-20b", max_tokens=1000, record=used.append
    )
    try:
        yield Asking(analyst=GroqConversationAnalyst(model=model), breaker=breaker, seconds=seconds, used=used)
    finally:
        await connection.close()


def a_chat(*said: str) -> Conversation:
    """Pika says hello, then the child speaks."""
    lines = [(Speaker.PIKA, "Hi! Seen any films?"), *((Speaker.USER, text) for text in said)]
    return Conversation(
        utterances=tuple(
            Utterance(turn_id=turn, speaker=speaker, text=text, timestamp=STARTED)
            for turn, (speaker, text) in enumerate(lines, start=1)
        )
    )


A_CHAT = a_chat("Why do dogs bark?", "That is so cool")
