import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

import structlog

from application.errors import AlertNotDelivered
from application.ports.alert_channel import AlertChannel, AlertGroup, AlertNotice
from application.ports.alert_suppression import AlertSuppression
from application.ports.alerts import Alerts
from domain.alert import Alert, AlertLevel
from infrastructure.alerting.logged_alerts import log_group
from infrastructure.alerting.pile import AlertPile

log = structlog.get_logger("alerts")
# What is raised within it is asked about and told together: a storm costs two questions a second.
PAUSE_SECONDS = 0.5
AGAIN_SECONDS = 60.0


class AlertFate(StrEnum):
    SENT = "sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    """Not delivered. A critical one is tried again."""


@dataclass(slots=True, kw_only=True)
class AlertDesk(Alerts):
    """Piles up what is raised, and tells it in the background, one notice after the other, the most urgent first.

    What cannot be delivered goes to the log and is counted; a CRITICAL group is tried again until it is delivered.
    """

    channel: AlertChannel
    suppression: AlertSuppression
    monotonic: Callable[[], float] = time.monotonic
    pause_seconds: float = PAUSE_SECONDS
    told: Callable[[AlertGroup, AlertFate], None] = lambda _, __: None
    """Called when it is known what became of a group; again, when it is tried again."""
    pile: AlertPile = field(init=False)
    _raised: asyncio.Event = field(default_factory=asyncio.Event)
    _told_all: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self.pile = AlertPile(started_at=self.monotonic())
        self._told_all.set()

    def raise_alert(self, alert: Alert) -> None:
        self.pile.add(alert, self.monotonic())
        self._told_all.clear()
        self._raised.set()

    async def run(self) -> None:
        """Tells until cancelled."""
        while True:
            await self._wait()
            await self._tell_what_is_ready()
            if not len(self.pile):
                self._told_all.set()

    async def drain(self) -> None:
        """Returns when everything raised so far was told or logged; nothing is gathered or tried again any more."""
        self._stopping = True
        self._raised.set()
        await self._told_all.wait()

    def give_up(self) -> None:
        """What is left goes to the log."""
        self.pile.hurry(self.monotonic())
        while groups := self.pile.take(self.monotonic()):
            for group in groups:
                log_group(group)

    async def _wait(self) -> None:
        """Until something is to be told; then a moment longer, for what comes with it."""
        ready_at = self.pile.next_ready_at()
        left = None if ready_at is None else max(0.0, ready_at - self.monotonic())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._raised.wait(), left)
        self._raised.clear()
        if not self._stopping:
            await asyncio.sleep(self.pause_seconds)

    async def _tell_what_is_ready(self) -> None:
        if self._stopping:
            self.pile.hurry(self.monotonic())
        while groups := self.pile.take(self.monotonic()):
            if groups := await self._admitted(groups):
                await self._tell(groups)

    async def _admitted(self, groups: tuple[AlertGroup, ...]) -> tuple[AlertGroup, ...]:
        """Only what is neither CRITICAL nor a digest may be suppressed."""
        alert = groups[0].alert
        if alert.level in (AlertLevel.CRITICAL, AlertLevel.LOW):
            return groups
        suppressed = await self.suppression.admit(alert.type, alert.component, count=groups[0].count)
        if suppressed is None:
            self.told(groups[0], AlertFate.SUPPRESSED)
            return ()
        return (replace(groups[0], suppressed=suppressed),)

    async def _tell(self, groups: tuple[AlertGroup, ...]) -> None:
        lost = self.pile.take_lost()
        is_digest = groups[0].alert.level is AlertLevel.LOW
        try:
            await self.channel.send(AlertNotice(groups=groups, is_digest=is_digest, lost=lost))
        except AlertNotDelivered as error:
            log.warning("alert not delivered", reason=str(error))
            self._keep(groups, lost)
        except BaseException:  # told to stop, or a bug: neither may cost an alert
            self._keep(groups, lost)
            raise
        else:
            for group in groups:
                self.told(group, AlertFate.SENT)

    def _keep(self, groups: tuple[AlertGroup, ...], lost: int) -> None:
        self.pile.lost += lost
        for group in groups:
            self._keep_one(group)

    def _keep_one(self, group: AlertGroup) -> None:
        self.told(group, AlertFate.FAILED)
        log_group(group)
        if group.alert.level is AlertLevel.CRITICAL and not self._stopping:
            self.pile.put_back(group, ready_at=self.monotonic() + AGAIN_SECONDS)
        else:
            self.pile.lost += group.count
