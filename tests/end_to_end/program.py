"""The program itself, as its users start it: processes with an environment of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until

EXECUTABLE = Path(sys.executable).with_name("context-handling")
START_SECONDS = 60.0
STOP_SECONDS = 30.0
"""What the contract allows a stop to take."""
_FINISH_SECONDS = 120.0
_INHERITED = ("PATH", "HOME", "PG_BINDIR", "TMPDIR")
_TAIL = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that ran to its end."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The error output without the lines of the audit."""
        return "".join(line for line in self.err.splitlines(keepends=True) if '"event": "audit"' not in line)


@dataclass(slots=True, kw_only=True)
class Running:
    """A process that serves until it is told to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, sign: str) -> None:
        """A line in what it says."""
        assert wait_until(lambda: sign in self.output() or self._ended(), seconds=START_SECONDS), self._story("silent")
        assert sign in self.output(), self._story("ended")

    def wait_until_ready(self) -> None:
        assert wait_until(lambda: self._ready() or self._ended(), seconds=START_SECONDS), self._story("not ready")
        assert not self._ended(), self._story("ended")

    def stop(self) -> int:
        """Its exit code, after a SIGTERM that it must obey in time."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._story(f"does not stop within {STOP_SECONDS:.0f} s")) from None

    def kill(self) -> None:
        """As in a crash of this one process."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        """With everything it started. Harmless when it has ended."""
        for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 10.0)):
            if self._group_gone():
                break
            os.killpg(self.process.pid, number)
            wait_until(self._group_gone, seconds=seconds)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == httpx.codes.OK
        except httpx.HTTPError:
            time.sleep(0.05)
            return False

    def _ended(self) -> bool:
        return self.process.poll() is not None

    def _group_gone(self) -> bool:
        """We lead the group: it is gone when nobody but an ended leader is left."""
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def _story(self, what: str) -> str:
        return f"{self.name} {what} (exit code {self.process.poll()}):\n{self.output()[-_TAIL:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Starts commands of the program in ``directory``, with these settings and nothing else in the environment."""

    directory: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def run(self, *arguments: str, **settings: str) -> Finished:
        """To its end."""
        done = subprocess.run(
            (EXECUTABLE, *arguments),
            cwd=self.directory,
            env=self._environment(settings),
            capture_output=True,
            check=False,
            text=True,
            timeout=_FINISH_SECONDS,
        )
        return Finished(code=done.returncode, out=done.stdout, err=done.stderr)

    def start(self, *arguments: str, **settings: str) -> Running:
        """In the background; it ends with the test."""
        log = self.directory / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                (EXECUTABLE, *arguments),
                cwd=self.directory,
                env=self._environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Running(name=" ".join(arguments), process=process, log=log)
        self._stack.callback(running.end)
        return running

    def serve(self, *, port: int = 0, **settings: str) -> Running:
        return self.listening("serve", port=port, **settings)

    def dev(self, data: Path, *, port: int = 0) -> Running:
        return self.listening("dev", "--data", str(data), port=port)

    def consume(self) -> Running:
        return self.start("consume")

    def listening(self, *arguments: str, port: int = 0, **settings: str) -> Running:
        """A command with a --port, once it is ready."""
        port = port or free_port()
        running = self.start(*arguments, "--port", str(port), **settings)
        running.port = port
        running.wait_until_ready()
        return running

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {**inherited, "LANG": "C.UTF-8", **self.settings, **settings}

    def end(self) -> None:
        """Stops what was started, and says what it had to say: pytest shows that of failed tests."""
        self._stack.close()
        for log in sorted(self.directory.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-_TAIL:]}")  # noqa: T201


@contextmanager
def program(directory: Path, **settings: str) -> Iterator[Program]:
    started = Program(directory=directory, settings=settings)
    try:
        yield started
    finally:
        started.end()
