from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infrastructure.tracing.tracer import Attributes, Kind, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Tells of a message from its arrival to its acknowledgement, within the trace of who sent it."""

    tracer: Tracer
    system: str
    destination: str

    @contextmanager
    def __call__(self, traceparent: str | None) -> Iterator[None]:
        attributes: Attributes = {
            "messaging.system": self.system,
            "messaging.operation.type": "process",
            "messaging.operation.name": "process",
            "messaging.destination.name": self.destination,
        }
        name = f"process {self.destination}"
        with self.tracer.span(name, kind=Kind.CONSUMER, parent=traceparent, attributes=attributes):
            yield
