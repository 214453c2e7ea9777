import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from domain.conversation import Conversation
from entrypoints.fake_services.behaviour import Fault
from entrypoints.fake_services.http_message import Answer, Request
from entrypoints.fake_services.prompt_reader import EMOTION, QUESTIONS, asked_for, conversation_in
from entrypoints.fake_services.role import Asked, BadCall, Role
from infrastructure.rules.analyst import RulesConversationAnalyst

WRONG: Mapping[tuple[str, Fault], Any] = {
    (QUESTIONS, Fault.WRONG_TYPES): "two",
    (EMOTION, Fault.WRONG_TYPES): 2,
    (QUESTIONS, Fault.OUT_OF_RANGE): 1_000_000,
    (EMOTION, Fault.OUT_OF_RANGE): "hangry",
}
CHARACTERS_PER_TOKEN = 4


class Message(msgspec.Struct, frozen=True, kw_only=True):
    role: str
    content: str


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    model: str
    messages: list[Message]


class LlmRole(Role):
    """OpenAI-compatible. It knows what the rules analyst knows, and answers from the conversation in the prompt."""

    def __init__(self) -> None:
        self._analyst = RulesConversationAnalyst()

    @property
    def path(self) -> str:
        return "/openai/v1/chat/completions"

    def asked(self, request: Request) -> Asked:
        kind = asked_for(_text(_completion(request.body)))
        if kind is None:
            raise BadCall("the prompt asks for nothing that is known here")
        return Asked(kind=kind, identity=hashlib.sha256(request.body).hexdigest())

    async def answer(self, request: Request) -> Answer:
        completion = _completion(request.body)
        text = _text(completion)
        conversation = conversation_in(text)
        if conversation is None:
            raise BadCall("there is no conversation in the prompt")
        kind = self.asked(request).kind
        return _spoken(completion.model, kind, await self._known(kind, conversation), prompt=text)

    def wrong(self, asked: Asked, fault: Fault) -> Answer:
        return _spoken("stand-in", asked.kind, WRONG[asked.kind, fault], prompt="")

    async def _known(self, kind: str, conversation: Conversation) -> int | str | None:
        if kind == QUESTIONS:
            return await self._analyst.count_questions(conversation)
        return await self._analyst.hear_emotion(conversation)


def _completion(body: bytes) -> Completion:
    try:
        return msgspec.json.decode(body, type=Completion)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCall(str(error)) from None


def _text(completion: Completion) -> str:
    return "\n".join(message.content for message in completion.messages)


def _spoken(model: str, kind: str, known: Any, *, prompt: str) -> Answer:  # noqa: ANN401 - wrong on purpose, at times
    content = msgspec.json.encode({kind: known}).decode()
    tokens = {
        "prompt_tokens": len(prompt) // CHARACTERS_PER_TOKEN,
        "completion_tokens": len(content) // CHARACTERS_PER_TOKEN + 1,
    }
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    answer = {
        "id": "chatcmpl-stand-in",
        "object": "chat.completion",
        "model": model,
        "choices": [choice],
        "usage": {**tokens, "total_tokens": sum(tokens.values())},
    }
    return Answer(body=msgspec.json.encode(answer))
