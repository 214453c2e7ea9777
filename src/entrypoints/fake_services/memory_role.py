from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from entrypoints.fake_services.behaviour import Fault
from entrypoints.fake_services.facts import facts_in
from entrypoints.fake_services.http_message import Answer, Request
from entrypoints.fake_services.role import Asked, BadCall, Role

MOST_REMEMBERED = 100_000
WRONG: Mapping[Fault, Any] = {Fault.WRONG_TYPES: True, Fault.OUT_OF_RANGE: -3}


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: Literal["assistant", "user"]
    content: str


class Extraction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    user_id: str
    conversation_id: str
    conversation: list[Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRole(Role):
    """The memory service. A conversation whose facts it has keeps the answer it got, whatever is sent again."""

    _given: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    @property
    def path(self) -> str:
        return "/extract_facts"

    def asked(self, request: Request) -> Asked:
        key = request.headers.get("idempotency-key", "")
        if not key:
            raise BadCall("there is no Idempotency-Key")
        return Asked(kind="memories", identity=key)

    async def answer(self, request: Request) -> Answer:
        extraction = _extraction(request.body)
        key = extraction.conversation_id
        if self.asked(request).identity not in (key, quote(key, safe="")):
            raise BadCall("the Idempotency-Key is the conversation id")
        if key not in self._given:
            self._given[key] = _answer(extraction)
        if len(self._given) > MOST_REMEMBERED:
            self._given.popitem(last=False)
        return self._given[key]

    def wrong(self, asked: Asked, fault: Fault) -> Answer:
        return Answer(body=msgspec.json.encode({"status": "ok", "count": WRONG[fault], "facts": asked.kind}))


def _extraction(body: bytes) -> Extraction:
    try:
        extraction = msgspec.json.decode(body, type=Extraction)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCall(str(error)) from None
    if not extraction.conversation or not all(said.content.strip() for said in extraction.conversation):
        raise BadCall("nothing is said, or something empty")
    return extraction


def _answer(extraction: Extraction) -> Answer:
    facts = facts_in(said.content for said in extraction.conversation if said.role == "user")
    listed = [
        {"id": f"{extraction.conversation_id}-{number}", "fact_value": fact}
        for number, fact in enumerate(facts, start=1)
    ]
    return Answer(body=msgspec.json.encode({"status": "ok", "count": len(facts), "facts": listed}))
