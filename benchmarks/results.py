from dataclasses import dataclass, field

from benchmarks.messages import Finished, Outcome
from benchmarks.usage import Usage

_BUSY_CORES = 0.9
_LATE_MS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One run of a measuring process, and what everyone used meanwhile, by name of process.

    ``other_cores``: RabbitMQ, the benchmark itself, and whatever else the machine had to do.
    """

    finished: Finished
    usage: dict[str, Usage]
    other_cores: float = 0.0

    @property
    def errors(self) -> int:
        return sum(sum(outcome.errors.values()) for outcome in self.finished.outcomes)

    @property
    def notes(self) -> list[str]:
        lag, cores = self.finished.lag_p99_ms, self.usage["generator"].cpu_cores
        late = f"requests were released {lag:.0f} ms late (p99)"
        if cores >= _BUSY_CORES:
            return [f"the generator itself was the limit: it used {cores:.2f} cores, {late}"]
        if lag >= _LATE_MS:
            return [f"the generator waited for a core: {late}, others used {self.other_cores:.2f} cores"]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``failure`` says why a scenario does not count; ``steps`` is the way to a capacity."""

    scenario: str
    outcomes: list[Outcome] = field(default_factory=list)
    usage: dict[str, Usage] = field(default_factory=dict)
    other_cores: float = 0.0
    lag_p99_ms: float = 0.0
    notes: list[str] = field(default_factory=list)
    steps: list[Outcome] = field(default_factory=list)
    failure: str | None = None
