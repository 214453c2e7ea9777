"""Which requests go first when not all can be answered."""

import re
from enum import Enum

from entrypoints.http.path_prefixes import PREFIXES


class RequestClass(Enum):
    PROBE = "probe"
    """Asks how we are: always answered, or nobody could tell overload from death."""
    PREFERRED = "preferred"
    """A child or the robot's backend waits for it."""
    ORDINARY = "ordinary"
    BACKGROUND = "background"
    """Costs an analysis; a nightly job makes ten thousand of them."""


_PROBES = frozenset({"/livez", "/readyz", "/metrics", "/", *(f"{prefix}/health" for prefix in PREFIXES)})
_PREFERRED = frozenset(
    f"{prefix}{path}" for prefix in PREFIXES for path in ("/conversations/end", "/activities/suggest")
)
_BACKGROUND = re.compile(rf"(?:{'|'.join(PREFIXES)})/friendship_status/calculate-score(?:/|-and-update)")


def class_of(path: str) -> RequestClass:
    if path in _PREFERRED:
        return RequestClass.PREFERRED
    if path in _PROBES:
        return RequestClass.PROBE
    return RequestClass.BACKGROUND if _BACKGROUND.match(path) else RequestClass.ORDINARY
