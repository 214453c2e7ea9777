"""Cells of the first implementation's rows: JSON values of which nothing is sure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from domain.emotion import SessionEmotion
from domain.friendship_level import FriendshipLevel, UnknownFriendshipLevel
from domain.legacy.findings import Repair, Unusable
from domain.points import rounded

SHORTEST_ID, LONGEST_ID = 3, 255
NOON_IN_VIETNAM = "T12:00:00+07:00"
DATE_LENGTH = len("2026-01-31")
NUL = "\x00"


@dataclass(slots=True, kw_only=True)
class RowReader:
    """Reads one row, and notes what it mends. Everything raises Unusable for what cannot be mended."""

    cells: Mapping[str, object]
    zone: tzinfo
    """Of times that name none."""
    repairs: set[Repair] = field(default_factory=set)

    def part(self, cells: Mapping[str, object]) -> "RowReader":
        """Of an object inside the row; what it mends is noted with the row's."""
        return RowReader(cells=cells, zone=self.zone, repairs=self.repairs)

    def text(self, name: str) -> str:
        """Trimmed; empty when there is none."""
        value = self.cells.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else str(value)
        if text != text.strip():
            self.repairs.add(Repair.TRIMMED)
        return text.replace(NUL, "").strip()

    def identifier(self, name: str) -> str:
        text = self.text(name)
        if not SHORTEST_ID <= len(text) <= LONGEST_ID:
            raise Unusable(f"{name} has not {SHORTEST_ID} to {LONGEST_ID} characters")
        return text

    def points(self, name: str) -> float:
        """Zero when there are none."""
        number = self.number(name) or 0.0
        if rounded(number) != number:
            self.repairs.add(Repair.ROUNDED)
        return rounded(self._not_negative(number))

    def count(self, name: str) -> int:
        """Zero when there is none."""
        return int(self._not_negative(self.number(name) or 0))

    def number(self, name: str) -> float | None:
        value = self.cells.get(name)
        if value is None:
            return None
        try:
            number = float(value) if isinstance(value, int | float | str) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise Unusable(f"{name} is no number")
        return number

    def moment(self, name: str) -> datetime | None:
        """A day alone is its noon in Vietnam: the calendar of the children."""
        text = self.text(name)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text + NOON_IN_VIETNAM if len(text) == DATE_LENGTH else text)
            if moment.tzinfo is None:
                self.repairs.add(Repair.LOCAL_TIME)
                moment = moment.replace(tzinfo=self.zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Unusable(f"{name} is no time") from None

    def level(self, name: str) -> FriendshipLevel | None:
        """None when there is none, or an unknown one."""
        text = self.text(name)
        try:
            level = FriendshipLevel.read(text)
        except UnknownFriendshipLevel:
            return None
        if text != level.value:
            self.repairs.add(Repair.SHORT_LEVEL)
        return level

    def emotion(self, name: str) -> SessionEmotion | None:
        text = self.text(name)
        emotion = SessionEmotion.heard(text) if text else None
        if emotion is SessionEmotion.NEUTRAL and text.casefold() != emotion:
            self.repairs.add(Repair.EMOTION)
        return emotion

    def first_of(self, name: str, *older: str) -> str:
        """The name under which it stands."""
        for alias in older:
            if self.cells.get(name) is None and self.cells.get(alias) is not None:
                self.repairs.add(Repair.OLDER_FIGURE)
                return alias
        return name

    def items(self, name: str) -> Sequence[object] | None:
        value = self.cells.get(name)
        return value if isinstance(value, list) else None

    def object(self, name: str) -> Mapping[str, object] | None:
        value = self.cells.get(name)
        return value if isinstance(value, dict) else None

    def _not_negative(self, number: float) -> float:
        if number < 0:
            self.repairs.add(Repair.NEGATIVE)
        return max(0.0, number)
