from dataclasses import dataclass
from typing import Protocol

from domain.alert import Alert, AlertLevel
from domain.identifiers import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """Alerts of one type, component and level; ``alert`` is the first of ``count``."""

    alert: Alert
    count: int = 1
    suppressed: int = 0
    """Like this one since the last time one was told."""
    conversation_ids: tuple[ConversationId, ...] = ()
    """Of the first so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNotice:
    """One message to people: a group, or the digest of several."""

    groups: tuple[AlertGroup, ...]
    is_digest: bool = False
    lost: int = 0
    """Alerts that could not be told before this one."""

    @property
    def level(self) -> AlertLevel:
        return min((group.alert.level for group in self.groups), key=lambda level: level.rank)


class AlertChannel(Protocol):
    """Brings a notice to people."""

    async def send(self, notice: AlertNotice) -> None:
        """Told when it returns, at least once. Ends within the channel's deadline. Raises AlertNotDelivered."""
        ...
