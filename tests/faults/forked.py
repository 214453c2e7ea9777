"""Processes of the service that are killed and started many times a second."""

import itertools
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import MappingProxyType

import httpx

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.faults.backend import KEY
from tests.faults.crashing import play
from tests.faults.doom import Doom

START_SECONDS = 60.0
END_SECONDS = 30.0
"""What the contract allows a stop to take."""
NO_CHANGE: Mapping[str, str] = MappingProxyType({})
"""Of the settings that all have."""
_TAIL = 6000
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.crashing"])
_NUMBERS = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Forked:
    role: str
    process: ForkServerProcess
    log: Path
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process.is_alive()

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def is_up(self) -> bool:
        if self.role == "consume":
            return '"subscribed"' in self.output()
        try:
            return httpx.get(f"{self.url}/livez", timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def wait_until_up(self) -> None:
        up = wait_until(lambda: self.is_up() or not self.runs, seconds=START_SECONDS)
        assert up, self.story("is not up")
        assert self.runs, self.story("has ended")

    def wait_for_end(self, *, seconds: float = START_SECONDS) -> int:
        """Its exit code; by itself, or after a signal."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, self.story(f"does not end within {seconds:.0f} s")
        return self.process.exitcode

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self) -> int:
        self.send(signal.SIGTERM)
        return self.wait_for_end(seconds=END_SECONDS)

    def kill(self) -> None:
        """As in a crash. Harmless when it has ended."""
        if self.runs:
            self.process.kill()
        self.process.join(END_SECONDS)

    def story(self, what: str) -> str:
        return f"{self.role} {what} (exit code {self.process.exitcode}):\n{self.output()[-_TAIL:]}"


@dataclass(slots=True, kw_only=True)
class Nursery:
    """Starts processes with these settings; whatever still runs at its end is killed."""

    directory: Path
    settings: Mapping[str, str]
    children: list[Forked] = field(default_factory=list)

    def serve(self, settings: Mapping[str, str] = NO_CHANGE, *, port: int = 0, doom: Doom | None = None) -> Forked:
        port = port or free_port()
        return self._started("serve", doom, {**settings, "API_PORT": str(port)}, port=port)

    def consume(self, settings: Mapping[str, str] = NO_CHANGE, *, doom: Doom | None = None) -> Forked:
        return self._started("consume", doom, settings)

    def end(self) -> None:
        for child in self.children:
            child.kill()
            print(f"--- {child.log.name}\n{child.output()[-_TAIL:]}")  # noqa: T201 - pytest shows it of failed tests

    def _started(self, role: str, doom: Doom | None, settings: Mapping[str, str], *, port: int = 0) -> Forked:
        log = self.directory / f"{role}-{next(_NUMBERS)}.log"
        environment = {"SECRET_KEY": KEY, **self.settings, **settings}
        process = _CONTEXT.Process(target=play, args=(role, environment, str(log), doom or Doom()))
        process.start()
        child = Forked(role=role, process=process, log=log, port=port)
        self.children.append(child)
        return child


@contextmanager
def nursery(directory: Path, settings: Mapping[str, str]) -> Iterator[Nursery]:
    started = Nursery(directory=directory, settings=settings)
    try:
        yield started
    finally:
        started.end()
