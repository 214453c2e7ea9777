from typing import Protocol

from domain.alert import Alert


class Alerts(Protocol):
    """Tells people what they must know of."""

    def raise_alert(self, alert: Alert) -> None:
        """Never waits, never fails and costs next to nothing, whatever becomes of the alert.

        To be called in the thread of the event loop.
        """
        ...
