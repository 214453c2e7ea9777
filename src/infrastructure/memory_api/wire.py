"""The wire format: what the service is sent, and the part of its answer that we read."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec

from domain.conversation import Conversation, Speaker, Utterance
from domain.identifiers import ConversationId, UserId

PATH = "/extract_facts"
# No conversation holds as many; a number beyond it is a fault, and would be worth a friendship.
MOST_FACTS = 10_000
ROLES: dict[Speaker, Literal["assistant", "user"]] = {Speaker.PIKA: "assistant", Speaker.USER: "user"}
# About a millisecond of work: nobody waits longer than that behind a large conversation.
SLICE = 1000


class Said(msgspec.Struct, frozen=True, kw_only=True):
    role: Literal["assistant", "user"]
    content: str


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    conversation_id: str
    conversation: list[Said]


class Extracted(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok"]
    count: Annotated[int, msgspec.Meta(ge=0, le=MOST_FACTS)]


def idempotency_key(conversation_id: ConversationId) -> str:
    """The id itself; in the rare one that no header can carry, every odd character as ``%XX``."""
    plain = conversation_id.isascii() and conversation_id.isprintable() and " " not in conversation_id
    return conversation_id if plain else quote(conversation_id, safe="")


async def extraction(user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> bytes | None:
    """Everything that was said in words. None: nothing was."""
    said: list[Said] = []
    for start in range(0, len(conversation.utterances), SLICE):
        said += _said(conversation.utterances[start : start + SLICE])
        await asyncio.sleep(0)
    if not said:
        return None
    return msgspec.json.encode(Extraction(user_id=user_id, conversation_id=conversation_id, conversation=said))


def _said(utterances: Sequence[Utterance]) -> list[Said]:
    spoken = (utterance for utterance in utterances if utterance.text.strip())
    return [Said(role=ROLES[utterance.speaker], content=utterance.text) for utterance in spoken]
