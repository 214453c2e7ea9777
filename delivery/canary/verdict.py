"""The canary against the stable version, both over the same window, and never judged on too little."""

from dataclasses import dataclass
from enum import IntEnum


class Outcome(IntEnum):
    """Also the exit code: whatever is not zero keeps the stable version."""

    PROMOTE = 0
    ROLL_BACK = 1
    UNDECIDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What one version answered in the window. ``p99`` in seconds; None if there was nothing to take it from."""

    requests: float
    errors: float
    p99: float | None

    @property
    def error_rate(self) -> float:
        return self.errors / self.requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """How much worse the canary may be. A p99 has to be worse by both measures: a third of 9 ms is nobody's concern."""

    error_rate: float = 0.005  # what the objective of 99.5 % leaves
    p99_times: float = 1.25
    p99_seconds: float = 0.05
    fewest_requests: float = 500.0  # of each version; with fewer, one per cent is less than five requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    outcome: Outcome
    reasons: tuple[str, ...]


def verdict(*, canary: Traffic, stable: Traffic, tolerances: Tolerances) -> Verdict:
    fewest = tolerances.fewest_requests
    few = tuple(
        f"too few requests: the {name} version answered {traffic.requests:.0f}, {fewest:.0f} are needed"
        for name, traffic in (("canary", canary), ("stable", stable))
        if traffic.requests < fewest
    )
    if few:
        return Verdict(outcome=Outcome.UNDECIDED, reasons=few)
    if canary.p99 is None or stable.p99 is None:
        return Verdict(outcome=Outcome.UNDECIDED, reasons=("there are requests, but no durations",))
    told, worse = _compared(canary, stable, canary.p99, stable.p99, tolerances)
    return Verdict(outcome=Outcome.ROLL_BACK if worse else Outcome.PROMOTE, reasons=told)


def _compared(
    canary: Traffic, stable: Traffic, canary_p99: float, stable_p99: float, tolerances: Tolerances
) -> tuple[tuple[str, ...], bool]:
    more_errors = canary.error_rate > stable.error_rate + tolerances.error_rate
    slower = canary_p99 > stable_p99 * tolerances.p99_times and canary_p99 > stable_p99 + tolerances.p99_seconds
    errors = f"errors: {_errors(canary)}, stable {_errors(stable)}: {_word(worse=more_errors)}"
    p99 = f"p99: {canary_p99 * 1000:.0f} ms, stable {stable_p99 * 1000:.0f} ms: {_word(worse=slower)}"
    return (errors, p99), more_errors or slower


def _errors(traffic: Traffic) -> str:
    return f"{traffic.error_rate:.2%} of {traffic.requests:.0f}"


def _word(*, worse: bool) -> str:
    return "worse" if worse else "good enough"
