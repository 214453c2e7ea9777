import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.bot_type import NEXT_LESSON, normalised_bot_type
from domain.emotion import SessionEmotion
from domain.scoring import ScoringRules
from domain.signals import Signals
from entrypoints.fake_services.facts import facts_in

CHILD = "USER_RESPONSE_CONVERSATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A conversation as the robot's backend sends it, and what must come out."""

    request: dict[str, Any]
    expected: dict[str, Any]

    @property
    def conversation_id(self) -> str:
        return str(self.request["conversation_id"])

    @property
    def user_id(self) -> str:
        return str(self.request["user_id"])

    def differences(self, details: dict[str, Any]) -> list[str]:
        """What the score details say otherwise than expected."""
        return [
            f"{self.conversation_id}: {name} is {details.get(name)!r}, expected {value!r}"
            for name, value in self.expected.items()
            if details.get(name) != value
        ]


def with_memories(example: Example) -> Example:
    """What must come out when the stand-ins answer: their facts are memories, and the change counts them."""
    lesson = normalised_bot_type(str(example.request["bot_type"])) == NEXT_LESSON
    memories = 0 if lesson else len(facts_in(_said_by_child(example.request)))
    change = _change(example.expected, memories)
    more = {"new_memories_count": memories, "final_score_change": change, "degraded": []}
    return Example(request=example.request, expected={**example.expected, **more})


def _said_by_child(request: Mapping[str, Any]) -> Iterator[str]:
    return (str(line["content"]) for line in request["conversation_logs"] if line["character"] == CHILD)


def _change(expected: Mapping[str, Any], memories: int) -> float:
    signals = Signals(
        questions=expected["user_initiated_questions"],
        emotion=SessionEmotion(expected["session_emotion"]),
        memories=memories,
    )
    return ScoringRules().score_of(expected["total_turns"], signals).final_score_change


def read_examples(paths: list[Path]) -> list[Example]:
    """In the order in which the conversations ended."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    examples = [Example(request=document["request"], expected=document["expected"]) for document in documents]
    return sorted(examples, key=lambda example: str(example.request["end_time"]))
