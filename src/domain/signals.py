from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.emotion import SessionEmotion


class Component(StrEnum):
    """The three parts of an analysis."""

    QUESTIONS = "questions"
    EMOTION = "emotion"
    MEMORIES = "memories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What analysis heard in a conversation. None: not known, or nobody was asked.

    ``degraded`` lists the components that were asked and could not answer; they count 0 until they can.
    """

    questions: int | None = None
    emotion: SessionEmotion | None = None
    memories: int | None = None
    degraded: frozenset[Component] = frozenset()
    providers: Mapping[Component, str] = field(default_factory=dict)

    def completed_by(self, later: "Signals") -> "Signals":
        """A known value stays, whatever came later; what was degraded and is known now no longer is."""
        merged = Signals(
            questions=later.questions if self.questions is None else self.questions,
            emotion=later.emotion if self.emotion is None else self.emotion,
            memories=later.memories if self.memories is None else self.memories,
            providers={
                **self.providers,
                **later.providers,
                **{p: name for p, name in self.providers.items() if p in self.known},
            },
        )
        return replace(merged, degraded=(self.degraded | later.degraded) - merged.known)

    @property
    def known(self) -> frozenset[Component]:
        values = {
            Component.QUESTIONS: self.questions,
            Component.EMOTION: self.emotion,
            Component.MEMORIES: self.memories,
        }
        return frozenset(part for part, value in values.items() if value is not None)
