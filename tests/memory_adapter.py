"""The memory adapter against a stand-in, with limits as short as a test can wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from domain.conversation import Conversation, Speaker, Utterance
from domain.identifiers import ConversationId, UserId
from infrastructure.in_memory.clock import NEW_YEAR
from infrastructure.memory_api.connection import MemoryApiConnection
from infrastructure.memory_api.extractor import MemoryApiExtractor
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.guard import Guard

ALICE = UserId("user_42")
LIMIT = 0.5
FAILURES = 3
PLACES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Memories:
    extractor: MemoryApiExtractor
    breaker: CircuitBreaker

    async def extract(self, number: int = 1, said: str = "I like dogs") -> int:
        return await self.extractor.extract(ALICE, ConversationId(f"conv_{number:04}"), a_conversation(said))


@asynccontextmanager
async def memories_of(
    url: str, *, api_key: str | None = None, silence: float = LIMIT, limit: float = LIMIT * 1.5, cooldown: float = 60
) -> AsyncIterator[Memories]:
    connection = MemoryApiConnection(
        base_url=url, api_key=api_key, silence_limit=timedelta(seconds=silence), concurrency=PLACES
    )
    breaker = CircuitBreaker(threshold=FAILURES, cooldown=timedelta(seconds=cooldown))
    guard = Guard(
        name="memory_api",
        attempts=1,
        attempt_limit=timedelta(seconds=limit),
        total_limit=timedelta(seconds=limit * 2),
        breaker=breaker,
        concurrency=PLACES,
    )
    try:
        yield Memories(extractor=MemoryApiExtractor(connection=connection, guard=guard), breaker=breaker)
    finally:
        await connection.close()


def a_conversation(*said: str) -> Conversation:
    """Pika greets, and the child says the rest."""
    spoken = [(Speaker.PIKA, "Hi!"), *((Speaker.USER, text) for text in said)]
    return Conversation(
        utterances=tuple(
            Utterance(turn_id=number, speaker=speaker, text=text, timestamp=NEW_YEAR)
            for number, (speaker, text) in enumerate(spoken, start=1)
        )
    )
