import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from benchmarks.errors import CannotRun
from benchmarks.usage import tree

_LAST_LINES = 8
_RUN_SECONDS = 60.0


def last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


class LoggedProcess:
    """A process that writes to a log file and is stopped, with its children, when the block is left."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: Path,
        stop_seconds: float = 10,
    ) -> None:
        self.name = name
        self._log = directory / f"{name}.log"
        self._stop_seconds = stop_seconds
        with self._log.open("wb") as log:
            # In a session of its own, Ctrl-C reaches only the benchmark, which then stops things in order.
            self._process = subprocess.Popen(
                list(command),
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def check(self) -> None:
        code = self._process.poll()
        if code is not None:
            raise CannotRun(f"{self.name} ended with code {code}:\n{last_lines(self._log)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        stop_tree(self._process, self._stop_seconds)


def stop_tree(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Asks the process to end; what is left of its tree after ``seconds`` is killed, by pid."""
    members = tree(process.pid)
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()


def run_to_end(name: str, command: Sequence[str], *, environment: Mapping[str, str], directory: Path) -> None:
    log = directory / f"{name}.log"
    try:
        with log.open("wb") as output:
            subprocess.run(
                list(command),
                env=dict(environment),
                cwd=directory,
                stdout=output,
                stderr=output,
                timeout=_RUN_SECONDS,
                check=True,
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRun(f"{name}: {error}\n{last_lines(log)}".rstrip()) from error
