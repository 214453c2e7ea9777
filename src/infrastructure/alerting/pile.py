"""Which alert is told when, and with which others. Pure: whoever asks says what time it is, in seconds."""

from dataclasses import dataclass, field, replace

from application.ports.alert_channel import AlertGroup
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType

MAX_WAITING = 100
MAX_CONVERSATIONS = 20
# So long it is seen how many are hit by the same.
GATHER_SECONDS = 10.0
DIGEST_SECONDS = 3600.0
Key = tuple[AlertType, AlertComponent, AlertLevel]


@dataclass(slots=True, kw_only=True)
class Waiting:
    group: AlertGroup
    ready_at: float


@dataclass(slots=True, kw_only=True)
class AlertPile:
    """What waits to be told, one group per type, component and level.

    At most ``capacity`` groups that are not CRITICAL wait, whatever comes; what does not fit is counted. CRITICAL
    ones always fit: there are only so many kinds of them, and for the first of a new kind the least urgent gives way.
    """

    started_at: float
    capacity: int = MAX_WAITING
    lost: int = 0
    """Alerts that did not fit, or were not delivered, since somebody was told of it."""
    _waiting: dict[Key, Waiting] = field(default_factory=dict)
    _digest_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._digest_at = self.started_at + DIGEST_SECONDS

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, alert: Alert, now: float) -> None:
        ids = () if alert.conversation_id is None else (alert.conversation_id,)
        self._put(AlertGroup(alert=alert, conversation_ids=ids), self._ready_at(alert.level, now))

    def put_back(self, group: AlertGroup, *, ready_at: float) -> None:
        """A group that could not be told; what came since is counted with it."""
        self._put(group, ready_at)

    def next_ready_at(self) -> float | None:
        """None: nothing waits."""
        return min((waiting.ready_at for waiting in self._waiting.values()), default=None)

    def take(self, now: float) -> tuple[AlertGroup, ...]:
        """The most urgent group that is to be told now, or all of a digest; none if nothing is."""
        ready = {key: waiting for key, waiting in self._waiting.items() if waiting.ready_at <= now}
        if not ready:
            return ()
        level = min((key[2] for key in ready), key=lambda level: level.rank)
        keys = [key for key in ready if key[2] is level]
        if level is AlertLevel.LOW:
            self._digest_at = max(self._digest_at, now) + DIGEST_SECONDS
        else:
            keys = keys[:1]
        return tuple(self._waiting.pop(key).group for key in keys)

    def hurry(self, now: float) -> None:
        """Nothing is waited for any more."""
        for waiting in self._waiting.values():
            waiting.ready_at = min(waiting.ready_at, now)

    def take_lost(self) -> int:
        lost, self.lost = self.lost, 0
        return lost

    def _ready_at(self, level: AlertLevel, now: float) -> float:
        if level is AlertLevel.CRITICAL:
            return now + GATHER_SECONDS
        if level is AlertLevel.LOW:
            return max(self._digest_at, now)
        return now

    def _put(self, group: AlertGroup, ready_at: float) -> None:
        key = (group.alert.type, group.alert.component, group.alert.level)
        if (there := self._waiting.get(key)) is not None:
            there.group = _together(there.group, group)
        elif self._makes_room_for(group.alert.level):
            self._waiting[key] = Waiting(group=group, ready_at=ready_at)
        else:
            self.lost += group.count

    def _makes_room_for(self, level: AlertLevel) -> bool:
        if len(self._waiting) < self.capacity:
            return True
        if level is not AlertLevel.CRITICAL:
            return False
        if lower := [key for key in self._waiting if key[2] is not AlertLevel.CRITICAL]:
            # Of the least urgent ones, the latest.
            gives_way = max(reversed(lower), key=lambda key: key[2].rank)
            self.lost += self._waiting.pop(gives_way).group.count
        return True


def _together(group: AlertGroup, more: AlertGroup) -> AlertGroup:
    ids = tuple(dict.fromkeys((*group.conversation_ids, *more.conversation_ids)))[:MAX_CONVERSATIONS]
    return replace(
        group, count=group.count + more.count, suppressed=group.suppressed + more.suppressed, conversation_ids=ids
    )
