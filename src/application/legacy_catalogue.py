"""The catalogue of the first implementation, put together from its rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from application.ports.legacy_source import Cells
from domain.catalogue import Agenda, Catalogue, Persona
from domain.friendship_level import FriendshipLevel
from domain.legacy.catalogue import read_agenda, read_persona
from domain.legacy.findings import Outcome, Repair, Tally, Unusable


@dataclass(slots=True)
class LegacyCatalogue:
    """The order of agendas stays: among rows that fit equally well the first decides a topic."""

    _personas: dict[FriendshipLevel, Persona] = field(default_factory=dict)
    _agendas: list[Agenda] = field(default_factory=list)
    _repairs: list[frozenset[Repair]] = field(default_factory=list)
    _unusable: Tally = field(default_factory=Tally)

    def catalogue(self, *, version: int = 0) -> Catalogue:
        return Catalogue(personas=tuple(self._personas.values()), agendas=tuple(self._agendas), version=version)

    def tally(self, outcome: Outcome) -> Tally:
        """What became of the rows, when the catalogue as a whole came to this."""
        tally = self._unusable
        for repairs in self._repairs:
            tally = tally.with_outcome("catalogue", outcome, repairs)
        return tally

    def add_personas(self, rows: Iterable[Cells]) -> None:
        for cells in rows:
            try:
                read = read_persona(cells)
            except Unusable as error:
                self._leave_out("persona", str(error))
                continue
            if read.value.friendship_level in self._personas:
                self._leave_out(f"persona of {read.value.friendship_level}", "it is the second of its level")
                continue
            self._personas[read.value.friendship_level] = read.value
            self._repairs.append(read.repairs)

    def add_agendas(self, rows: Iterable[Cells]) -> None:
        for cells in rows:
            try:
                read = read_agenda(cells, number=len(self._agendas) + 1)
            except Unusable as error:
                self._leave_out(f"agenda {cells.get('id')}", str(error))
                continue
            self._agendas.append(read.value)
            self._repairs.append(read.repairs)

    def _leave_out(self, key: str, reason: str) -> None:
        self._unusable = self._unusable.without(key, reason)
