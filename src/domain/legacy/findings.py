"""What an import of the first implementation's rows found: what was mended, what was left out and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from domain.errors import DomainError

MAX_EXAMPLES = 100
Value = TypeVar("Value")


class Unusable(DomainError):
    """This row cannot be valid; its text says why."""


class Repair(StrEnum):
    TRIMMED = "blanks around a text removed"
    SHORT_LEVEL = "level written in another way"
    OLDER_TYPE = "older name of an agent type"
    OLDER_FIGURE = "older name of a topic's figure (topic_score, total_turns, last_talked_date)"
    LEVEL = "level of a user recomputed from the score"
    TOPIC_LEVEL = "level of a topic recomputed"
    NEGATIVE = "negative number raised to zero"
    ROUNDED = "points rounded to four decimal places"
    LOCAL_TIME = "time without a zone"
    EMOTION = "unknown emotion read as neutral"
    TOPIC_DROPPED = "topic without a name or figures dropped"
    TOPICS_JOINED = "topics joined that differ in blanks only"
    RAW_LOG = "log taken from its raw form"
    NO_LOG = "kept without its log, which cannot be read"
    MAYBE_COUNTED = "scored but not finished: for a person to decide"
    AGAIN_PENDING = "to be scored here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[Value]):
    """A row that can be used, and what had to be mended for that."""

    value: Value
    repairs: frozenset[Repair]


class Outcome(StrEnum):
    ADDED = "added"
    THERE = "there"
    """Imported before, or an id of ours."""
    ERASED = "erased"
    """The child was erased here; nothing about it comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Numbers of rows."""

    read: int = 0
    added: int = 0
    there: int = 0
    repaired: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    examples: tuple[str, ...] = ()
    """Of what was left out: key and reason; the first hundred."""

    def with_outcome(self, key: str, outcome: Outcome, repairs: Iterable[Repair]) -> "Tally":
        if outcome is Outcome.ERASED:
            return self.without(key, "the child was erased here")
        if outcome is Outcome.THERE:
            return replace(self, read=self.read + 1, there=self.there + 1)
        repaired = dict(self.repaired)
        for repair in repairs:
            repaired[repair.value] = repaired.get(repair.value, 0) + 1
        return replace(self, read=self.read + 1, added=self.added + 1, repaired=repaired)

    def without(self, key: str, reason: str, *, rows: int = 1) -> "Tally":
        left_out = {**self.left_out, reason: self.left_out.get(reason, 0) + rows}
        examples = (*self.examples, f"{key}: {reason}")[:MAX_EXAMPLES]
        return replace(self, read=self.read + rows, left_out=left_out, examples=examples)
