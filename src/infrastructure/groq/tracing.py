"""Who is told of calls as they happen. Never of prompts or answers."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Chat(Protocol):
    def used(self, *, prompt: int, cached: int, completion: int) -> None:
        """Tokens; ``cached`` is the part of ``prompt`` that does not count against our limits."""
        ...


class Try(Protocol):
    def answered(self, status: int) -> None: ...


class ChatTracing(Protocol):
    """Nothing of it waits or raises."""

    def chat(self, *, model: str, task: str, max_tokens: int) -> AbstractContextManager[Chat]:
        """One question, with all tries and the waits between them."""
        ...

    def once(self) -> AbstractContextManager[Try]: ...


class Untraced(ChatTracing, Chat, Try):
    def chat(self, *, model: str, task: str, max_tokens: int) -> AbstractContextManager[Chat]:
        return nullcontext(self)

    def once(self) -> AbstractContextManager[Try]:
        return nullcontext(self)

    def used(self, *, prompt: int, cached: int, completion: int) -> None:
        """Nobody wants to know."""

    def answered(self, status: int) -> None:
        """Nobody wants to know."""


UNTRACED = Untraced()
