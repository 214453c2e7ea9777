"""Looks again and again: a bad canary is taken back at the first look, a good one has to be good at the last."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from delivery.canary.prometheus import Prometheus, PrometheusAwayError, Queries
from delivery.canary.verdict import Outcome, Tolerances, Verdict, verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """``looks`` of them, ``pause`` before each: the canary gets its share before the first."""

    prometheus: Prometheus
    canary: Queries
    stable: Queries
    tolerances: Tolerances
    looks: int
    pause: Callable[[], None]

    def verdicts(self) -> Iterator[Verdict]:
        """Each as it is reached; the last one counts."""
        for _ in range(self.looks):
            self.pause()
            reached = self._look()
            yield reached
            if reached.outcome is Outcome.ROLL_BACK:
                return

    def _look(self) -> Verdict:
        try:
            canary, stable = (self.prometheus.traffic(queries) for queries in (self.canary, self.stable))
        except PrometheusAwayError as error:
            return Verdict(outcome=Outcome.UNDECIDED, reasons=(str(error),))
        return verdict(canary=canary, stable=stable, tolerances=self.tolerances)
