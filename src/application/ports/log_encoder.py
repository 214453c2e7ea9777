from dataclasses import dataclass
from typing import Protocol

from domain.conversation import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedLog:
    content: bytes
    """Compressed; readable by ``decode`` for ever."""
    size_bytes: int
    """Before compression."""
    digest: str
    """SHA-256, hexadecimal, of what was encoded: equal conversations have equal digests."""


class LogEncoder(Protocol):
    """Turns a conversation into few bytes and back, without holding up the event loop for large ones."""

    async def encode(self, conversation: Conversation) -> EncodedLog: ...

    async def decode(self, content: bytes) -> Conversation:
        """Raises LogUnavailable for bytes that ``encode`` did not make."""
        ...
