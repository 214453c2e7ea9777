from datetime import UTC, datetime, timedelta

from application.ports.clock import Clock

NEW_YEAR = datetime(2026, 1, 8, 3, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Stands still until it is told to move."""

    def __init__(self, now: datetime = NEW_YEAR) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
