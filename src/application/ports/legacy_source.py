from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Cells = Mapping[str, object]


class LegacyTable(StrEnum):
    """The tables of the first implementation."""

    AGENDAS = "agenda_agent_prompting"
    PERSONAS = "prompt_template_for_level_friend"
    STATUSES = "friendship_status"
    EVENTS = "conversation_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyRow:
    key: str
    cells: Cells
    """By column, as JSON would have them: times are text."""


class LegacySource(Protocol):
    """The database of the first implementation; it is only read. Everything may raise DependencyUnavailable."""

    @property
    def name(self) -> str:
        """Tells it from others, for ever; holds no secret."""
        ...

    async def missing_tables(self) -> Sequence[LegacyTable]: ...

    async def count(self, table: LegacyTable) -> int:
        """Its rows."""
        ...

    async def catalogue_rows(self, table: LegacyTable) -> Sequence[Cells]:
        """All agendas in the order of their ids, or all personas."""
        ...

    async def keyless(self, table: LegacyTable) -> int:
        """Rows that ``page`` cannot find since they have no key."""
        ...

    async def page(self, table: LegacyTable, *, after: str | None, limit: int) -> Sequence[LegacyRow]:
        """Statuses or events in the order of their keys, beyond ``after``.

        At most ``limit``; fewer where they are large, but at least one while there are any.
        """
        ...
