"""How a stand-in behaves, as it is told at the start or while it runs."""

from enum import StrEnum
from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]


class Fault(StrEnum):
    """What happens to a call instead of an honest answer."""

    NONE = "none"
    HANG = "hang"
    """Nothing is ever said."""
    RESET = "reset"
    """The connection is reset when the request has been read."""
    CUT = "cut"
    """The connection is reset in the middle of the answer."""
    STATUS = "status"
    """The answer is ``status``; with ``retry_after`` if that is given."""
    MALFORMED = "malformed"
    """The answer is half a JSON document."""
    WRONG_TYPES = "wrong_types"
    OUT_OF_RANGE = "out_of_range"
    TRICKLE = "trickle"
    """The answer begins, and comes byte by byte without an end."""
    HUGE = "huge"
    """The answer is ``huge_bytes`` long, and does not say so before."""


class Latency(StrEnum):
    STEADY = "steady"
    """``seconds`` for every call."""
    OBSERVED = "observed"
    """As the memory service was seen: half within 19 s, nine of ten within 60 s, a 500 after 60 s for the others."""


class Behaviour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Honest and at once, unless told otherwise."""

    fault: Fault = Fault.NONE
    share: Share = 1.0
    """Of the calls, which meet the fault."""
    seed: int = 1
    """Chooses which ones, and how long each takes."""
    latency: Latency = Latency.STEADY
    seconds: NotNegative = 0.0
    scale: NotNegative = 1.0
    """Times every latency."""
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 500
    retry_after: str = ""
    """Text of that header: seconds, or a date."""
    trickle_seconds: Annotated[float, msgspec.Meta(gt=0)] = 0.05
    """Between two bytes."""
    huge_bytes: Annotated[int, msgspec.Meta(gt=0)] = 64 * 1024 * 1024
    required_key: str = ""
    """Whoever does not bear it gets a 401."""
    headers: dict[str, str] = {}
    """On every answer; the limits of an organisation, for example."""
