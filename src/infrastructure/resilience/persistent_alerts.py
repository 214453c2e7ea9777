from dataclasses import dataclass

import stamina

from application.errors import AlertNotDelivered
from application.ports.alert_channel import AlertChannel, AlertNotice

ATTEMPTS = 3
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistentAlerts(AlertChannel):
    """Tries three times, and waits as long in between as it was asked to, up to half a minute."""

    channel: AlertChannel
    first_wait_seconds: float = FIRST_WAIT_SECONDS

    async def send(self, notice: AlertNotice) -> None:
        caller = stamina.AsyncRetryingCaller(
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=self.first_wait_seconds,
            wait_max=LONGEST_WAIT_SECONDS,
            wait_jitter=self.first_wait_seconds,
        )
        await caller(_again, self.channel.send, notice)


def _again(error: Exception) -> bool | float:
    if not isinstance(error, AlertNotDelivered) or error.is_final:
        return False
    return True if error.retry_after is None else min(error.retry_after, LONGEST_WAIT_SECONDS)
