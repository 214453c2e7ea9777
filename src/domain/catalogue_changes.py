"""What differs between two catalogues, row by row."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from domain.catalogue import Agenda, Catalogue, Persona

Row = TypeVar("Row", Agenda, Persona)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """Without fields, the row is new or gone."""

    row: str
    """As in ``TALK movie agent_movie at PHASE1_STRANGER``."""
    is_new: bool = False
    fields: tuple[FieldChange, ...] = ()


def changes_between(before: Catalogue, after: Catalogue) -> list[RowChange]:
    """Rows are the same when type, topic, agent and level are; their order is told apart by ``reordered``."""
    return [*_changes(before.personas, after.personas), *_changes(before.agendas, after.agendas)]


def reordered(before: Catalogue, after: Catalogue) -> bool:
    """Whether rows that both have stand in another order: of equal rows the first decides a topic."""
    names = [_name(row) for row in before.agendas], [_name(row) for row in after.agendas]
    common = set(names[0]) & set(names[1])
    first, second = ([name for name in each if name in common] for each in names)
    return list(dict.fromkeys(first)) != list(dict.fromkeys(second))


def _changes(before: Sequence[Row], after: Sequence[Row]) -> Iterator[RowChange]:
    old, new = _by_name(before), _by_name(after)
    for name in old | new:
        for was, now in zip_longest(old.get(name, ()), new.get(name, ())):
            if was is None or now is None:
                yield RowChange(row=name, is_new=was is None)
            elif fields := tuple(_field_changes(was, now)):
                yield RowChange(row=name, fields=fields)


def _by_name(rows: Sequence[Row]) -> dict[str, list[Row]]:
    named: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        named[_name(row)].append(row)
    return named


def _name(row: Agenda | Persona) -> str:
    if isinstance(row, Persona):
        return f"persona of {row.friendship_level}"
    return f"{row.agent_type} {row.topic_id} {row.agent_id} at {row.friendship_level}"


def _field_changes(was: Agenda | Persona, now: Agenda | Persona) -> Iterator[FieldChange]:
    names = ("talking_agenda", "agent_tag") if isinstance(was, Agenda) else ("context_style_guideline", "user_profile")
    for name in names:
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            yield FieldChange(name=name, before=before, after=after)
