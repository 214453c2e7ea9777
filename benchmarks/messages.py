"""What the benchmark and its measuring processes tell one another, as lines of JSON over stdin and stdout."""

from typing import Literal

import msgspec

EXPECTED_STATUS = {"accept": 202, "suggest": 200}


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of one kind at one rate; ``size`` is the body in bytes."""

    name: str
    kind: Literal["accept", "suggest"]
    rate: float
    size: int = 0

    @property
    def expected_status(self) -> int:
        return EXPECTED_STATUS[self.kind]


class LoadJob(msgspec.Struct, frozen=True, kw_only=True):
    """``run`` makes conversation ids unique; without a ``seed`` the requests leave at a fixed rate."""

    port: int
    token: str
    run: str
    streams: tuple[Stream, ...]
    clients: int
    warm_up_seconds: float
    seconds: float
    drain_seconds: float
    request_timeout_seconds: float
    seed: int | None = None


class FloorJob(msgspec.Struct, frozen=True, kw_only=True):
    """A closed loop of INSERTs; ``size`` 0 writes metadata only."""

    name: str
    database_url: str
    clients: int
    warm_up_seconds: float
    seconds: float
    size: int


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """``offered_rps`` is None for a closed loop. Latency is that of the requests that succeeded.

    ``refusals`` is that of answers with another status than expected, counted from when the request was sent.
    """

    name: str
    offered_rps: float | None
    achieved_rps: float
    succeeded: int
    latency: Latency | None
    errors: dict[str, int]
    refusals: Latency | None = None


class Measuring(msgspec.Struct, frozen=True, tag="measuring"):
    """The warm-up is over: what happens from here on counts."""


class Tick(msgspec.Struct, frozen=True, kw_only=True, tag="tick"):
    seconds: float
    finished: int
    failed: int
    waiting: int


class Finished(msgspec.Struct, frozen=True, kw_only=True, tag="finished"):
    """``lag_p99_ms``: how late the generator itself was in releasing requests, connections aside."""

    outcomes: list[Outcome]
    lag_p99_ms: float = 0.0


Message = Measuring | Tick | Finished
MESSAGES = msgspec.json.Decoder(Message)
