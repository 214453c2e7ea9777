from collections.abc import Callable
from dataclasses import dataclass

from entrypoints.http.admission.concurrency_limit import ConcurrencyLimit
from entrypoints.http.admission.request_class import RequestClass
from entrypoints.http.request_meter import ShedReason

# Of the limit that preferred requests may use, this much is open to all others.
ORDINARY_SHARE = 0.5


@dataclass(slots=True, kw_only=True)
class Doorkeeper:
    """Says whether one more request may begin. Preferred ones go up to the limit; the others up to half of it.

    Only what is worked on counts: a caller who takes his time to send a body takes nobody's place.
    """

    limit: ConcurrencyLimit
    pool_is_full: Callable[[], bool]
    """Whether whoever needs the database now would wait for a connection."""
    told: Callable[[ShedReason], None] = lambda _: None
    """Called when a request is turned away."""
    _working: int = 0

    @property
    def working(self) -> int:
        return self._working

    def may_begin(self, kind: RequestClass) -> bool:
        self.limit.look(self._working)
        objection = self._objection(kind)
        if objection is not None:
            self.told(objection)
        return objection is None

    def _objection(self, kind: RequestClass) -> ShedReason | None:
        # A full pool is nothing for preferred ones to suffer from: posts share two connections, suggestions do
        # without any.
        preferred = kind is RequestClass.PREFERRED
        if not preferred and self.pool_is_full():
            return ShedReason.POOL
        share = 1.0 if preferred else ORDINARY_SHARE
        return None if self._working < self.limit.value * share else ShedReason.LIMIT

    def begun(self) -> None:
        self._working += 1

    def ended(self) -> None:
        self._working -= 1
