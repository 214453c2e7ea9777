import math
import re
import urllib.request
from dataclasses import dataclass
from typing import Self

BUCKET = re.compile(r'^event_loop_stall_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)
PROMISED_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopWaits:
    """How long tasks of the service had to wait for a turn of its event loop, as its metrics tell."""

    counts: dict[float, float]
    """At most so many seconds: how often, counted from its start."""

    @classmethod
    def of(cls, port: int) -> Self:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return cls.read(answer.read().decode())

    @classmethod
    def read(cls, exposition: str) -> Self:
        return cls(counts={float(bound): float(count) for bound, count in BUCKET.findall(exposition)})

    def since(self, earlier: "LoopWaits") -> "LoopWaits":
        return LoopWaits(counts={bound: count - earlier.counts[bound] for bound, count in self.counts.items()})

    def __str__(self) -> str:
        total = self.counts[math.inf]
        within = self.counts[PROMISED_SECONDS] / total
        p99 = min(bound for bound, count in self.counts.items() if count >= 0.99 * total)
        return (
            f"serve: {within:.2%} of waits for the event loop within {PROMISED_SECONDS * 1000:.0f} ms, "
            f"p99 at most {p99 * 1000:g} ms"
        )
