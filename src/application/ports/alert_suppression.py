from datetime import timedelta
from typing import Protocol

from domain.alert import AlertComponent, AlertType

WINDOW = timedelta(minutes=5)


class AlertSuppression(Protocol):
    """Keeps people from being told the same over and over: once per type and component in five minutes."""

    async def admit(self, kind: AlertType, component: AlertComponent, *, count: int) -> int | None:
        """Whether to tell of ``count`` such alerts now: the number suppressed since the last time, or None for no.

        Of any number of callers at once one is told yes. Every alert suppressed is in exactly one such number, unless
        none is told for a day after it. Raises DependencyUnavailable.
        """
        ...
