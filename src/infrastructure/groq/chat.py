"""The wire format: what is asked of a chat model, and the part of its answer that we read."""

from typing import Literal

import msgspec

from infrastructure.groq.prompts import INSTRUCTIONS

PATH = "/openai/v1/chat/completions"
CHARACTERS_PER_TOKEN = 2
"""Cautious: English has about four, Vietnamese between two and three."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    role: Literal["system", "user"]
    content: str


class ResponseFormat(msgspec.Struct, frozen=True, kw_only=True):
    type: Literal["json_object"] = "json_object"


class ChatRequest(msgspec.Struct, frozen=True, kw_only=True):
    model: str
    messages: tuple[Message, ...]
    max_completion_tokens: int
    temperature: float = 0.02
    top_p: float = 1
    reasoning_effort: Literal["low"] = "low"
    response_format: ResponseFormat = ResponseFormat()
    stream: bool = False

    @property
    def tokens_at_most(self) -> int:
        """What it may take of the limit on tokens; an estimate on the high side."""
        return (
            sum(len(message.content) for message in self.messages) // CHARACTERS_PER_TOKEN + self.max_completion_tokens
        )


def asked(transcript: str, task: str, *, model: str, max_tokens: int) -> ChatRequest:
    """The task comes last: all before it is the same for every task."""
    messages = (
        Message(role="system", content=INSTRUCTIONS),
        Message(role="user", content=transcript),
        Message(role="user", content=task),
    )
    return ChatRequest(model=model, messages=messages, max_completion_tokens=max_tokens)


class AnswerMessage(msgspec.Struct, frozen=True, kw_only=True):
    content: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    message: AnswerMessage


class PromptDetails(msgspec.Struct, frozen=True, kw_only=True):
    cached_tokens: int = 0


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: PromptDetails | None = None


class ChatAnswer(msgspec.Struct, frozen=True, kw_only=True):
    choices: tuple[Choice, ...]
    usage: Usage | None = None
