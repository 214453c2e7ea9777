"""How long the parts of an attempt take, noted where they are done and told with its outcome."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from domain.event_status import FailureCode


@dataclass(slots=True, kw_only=True)
class Stages:
    """Seconds by the name of the part; and when all of it began, and the latest part ended."""

    began_at: float = field(default_factory=time.monotonic)
    latest_at: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    failed_before: FailureCode | None = None
    """How the latest attempt before it failed, if one did."""


# Of the attempt of this task; tasks that it starts write into the same.
_current: ContextVar[Stages | None] = ContextVar("stages", default=None)


def begin_stages(*, failed_before: FailureCode | None = None) -> None:
    _current.set(Stages(failed_before=failed_before))


def stages_so_far() -> Stages:
    """Of the attempt of this task; empty ones, if none began here."""
    return _current.get() or Stages()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A part of an attempt; of no interest outside one."""
    began_at = time.monotonic()
    try:
        yield
    finally:
        if (stages := _current.get()) is not None:
            stages.latest_at = time.monotonic()
            stages.seconds[name] = stages.latest_at - began_at
