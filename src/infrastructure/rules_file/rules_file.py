import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import yaml

from domain.errors import DomainError
from domain.points import DECIMAL_PLACES, rounded
from domain.scoring import ScoringRules

WEIGHTS = tuple(field.name for field in fields(ScoringRules))
MAY_BE_NEGATIVE = frozenset({"interesting_bonus", "boring_bonus"})
MOST_POINTS = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesFault:
    path: str
    """The weight, or ``$`` for the file."""
    message: str


class InvalidRules(DomainError):
    def __init__(self, faults: Sequence[RulesFault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


def read_rules(text: str) -> ScoringRules:
    """From YAML: every weight by its name, in points, none left out. Raises InvalidRules with every fault at once."""
    document = _document(text)
    if faults := [*_wrong_names(document), *_wrong_weights(document)]:
        raise InvalidRules(faults)
    return ScoringRules(**{name: float(document[name]) for name in WEIGHTS})


def _document(text: str) -> dict[Any, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidRules([RulesFault(path="$", message=f"not YAML: {error}")]) from error
    if not isinstance(document, dict):
        raise InvalidRules([RulesFault(path="$", message=f"expected a mapping with {', '.join(WEIGHTS)}")])
    return document


def _wrong_names(document: dict[Any, Any]) -> Iterator[RulesFault]:
    # One left out could mean the default or what the service is set to: rather none is guessed.
    for name in WEIGHTS:
        if name not in document:
            yield RulesFault(path=name, message="is missing")
    for name in document:
        if name not in WEIGHTS:
            yield RulesFault(path=str(name), message="is no weight")


def _wrong_weights(document: dict[Any, Any]) -> Iterator[RulesFault]:
    for name in WEIGHTS:
        if name in document and (message := _wrong(name, document[name])):
            yield RulesFault(path=name, message=message)


def _wrong(name: str, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "expected a number"
    if not math.isfinite(value) or abs(value) > MOST_POINTS:
        return f"expected a number of at most {MOST_POINTS:.0f} points"
    if value < 0 and name not in MAY_BE_NEGATIVE:
        return "must not be negative"
    return f"has more than {DECIMAL_PLACES} decimal places" if rounded(float(value)) != value else None
