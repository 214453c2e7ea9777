"""What a tracer needs to know. Free of OpenTelemetry, which is not loaded where nobody traces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto
from typing import Literal

SamplerName = Literal[
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
]


class DropReason(StrEnum):
    """Why nobody over there is told of a span."""

    QUEUE_FULL = auto()
    """As many as may wait were waiting."""
    NOT_TAKEN = auto()
    """The receiver refused it, or did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who tells: what every span says of the process that it comes from."""

    name: str
    version: str
    environment: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    """More of them, as an operator wants them; they win."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    name: SamplerName
    share: float
    """Of the traces, for the samplers by ratio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """An OTLP receiver that speaks protobuf over HTTP."""

    url: str
    """In full, ``/v1/traces`` included."""
    headers: Mapping[str, str] = field(repr=False)
    timeout: timedelta
    """For one batch, attempts and waits included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    queue_size: int
    """Spans that may wait; those beyond are dropped."""
    batch_size: int
    delay: timedelta
    """Until what waits is sent, unless a batch is full before."""
    patience: timedelta
    """For what waits when the process stops."""
