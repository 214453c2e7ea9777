"""What befalls a call. It hangs on the seed, on what is asked, and on how often that was asked before: a run repeats,
whatever order the calls of many at once arrive in.
"""

import math
import random
from dataclasses import dataclass

from entrypoints.fake_services.behaviour import Behaviour, Fault, Latency

MEDIAN_SECONDS = 19.0
LONGEST_SECONDS = 60.0
# A log-normal distribution: half are quicker than the median, one in ten would take longer than the longest.
SPREAD = math.log(LONGEST_SECONDS / MEDIAN_SECONDS) / 1.2816


@dataclass(frozen=True, slots=True, kw_only=True)
class Fortune:
    fault: Fault
    seconds: float
    """Until anything is said."""
    gives_up: bool = False
    """The service has tried for as long as it ever does, and says 500."""


def fortune(behaviour: Behaviour, call: str, times_before: int) -> Fortune:
    dice = random.Random(f"{behaviour.seed} {times_before} {call}")  # noqa: S311 - it must repeat
    met = dice.random() < behaviour.share
    seconds, gives_up = _latency(behaviour, dice)
    return Fortune(fault=behaviour.fault if met else Fault.NONE, seconds=seconds * behaviour.scale, gives_up=gives_up)


def _latency(behaviour: Behaviour, dice: random.Random) -> tuple[float, bool]:
    if behaviour.latency is Latency.STEADY:
        return behaviour.seconds, False
    seconds = dice.lognormvariate(math.log(MEDIAN_SECONDS), SPREAD)
    return min(seconds, LONGEST_SECONDS), seconds > LONGEST_SECONDS
