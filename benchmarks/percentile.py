import math
from collections.abc import Sequence


def nearest_rank(ordered: Sequence[float], fraction: float) -> float:
    """The smallest sample with at least ``fraction`` of all samples at or below it; ``ordered`` ascends."""
    if not ordered:
        raise ValueError("no samples, no percentile")
    if not 0 < fraction <= 1:
        raise ValueError(f"a fraction lies in (0, 1], not {fraction}")
    # Rounded first: 0.07 * 100 is 7.000000000000001, whose ceiling would be one rank too high.
    return ordered[math.ceil(round(fraction * len(ordered), 9)) - 1]
