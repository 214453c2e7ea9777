import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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


def read_examples(paths: list[Path]) -> list[Example]:
    """In the order in which the conversations ended."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    examples = [Example(request=document["request"], expected=document["expected"]) for document in documents]
    return sorted(examples, key=lambda example: str(example.request["end_time"]))
