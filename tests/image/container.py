"""A container without an engine: an image's files, which nobody can write to, and a process in namespaces of its own.

What an engine would give and this does not: limits of memory and processor, seccomp, a network of its own.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infrastructure.private_postgres.processes import wait_until

PREPARE = Path(__file__).with_name("enter.sh")
STOP_SECONDS = 30.0
"""What docs/deployment.md allows a stop to take."""
_RUN_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """Its files, mounted at ``root``, and what it says of itself, as an engine shows it."""

    root: Path
    user: str
    directory: str
    environment: Mapping[str, str]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    healthcheck: tuple[str, ...]

    @classmethod
    def read(cls, directory: Path) -> "Image":
        """What scripts/rehearse_image.sh left: ``root`` and ``inspected.json``."""
        config = json.loads(json.loads((directory / "inspected.json").read_text("utf-8"))["Config"])["config"]
        return cls(
            root=(directory / "root").resolve(),
            user=config["User"],
            directory=config["WorkingDir"],
            environment=dict(pair.split("=", 1) for pair in config["Env"]),
            entrypoint=tuple(config["Entrypoint"]),
            command=tuple(config["Cmd"]),
            healthcheck=tuple((config.get("Healthcheck") or {"Test": ["NONE"]})["Test"][1:]),
        )

    def run(
        self, *arguments: str, settings: Mapping[str, str] | None = None, volumes: Mapping[Path, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The image's program with these arguments, or its own, to its end."""
        return self.execute((*self.entrypoint, *(arguments or self.command)), settings or {}, volumes or {})

    def execute(
        self, command: tuple[str, ...], settings: Mapping[str, str], volumes: Mapping[Path, str]
    ) -> subprocess.CompletedProcess[str]:
        """Any program of the image; ``volumes`` are what it may write to, by where it finds them."""
        return subprocess.run(
            self._entering(command, volumes),
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
            check=False,
        )

    @contextmanager
    def running(self, *arguments: str, log: Path, settings: Mapping[str, str] | None = None) -> Iterator["Container"]:
        environment = {**self.environment, **(settings or {})}
        command = (*self.entrypoint, *(arguments or self.command))
        with log.open("wb") as output:
            outer = subprocess.Popen(
                self._entering(command, {}), env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        container = Container(image=self, outer=outer, environment=environment, log=log)
        try:
            yield container
        finally:
            container.kill()

    def _entering(self, command: tuple[str, ...], volumes: Mapping[Path, str]) -> list[str]:
        user, _, group = self.user.partition(":")
        mounts = [f"{source}:{place}" for source, place in volumes.items()]
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"),
            *("sh", str(PREPARE), str(self.root), self.directory, user, group, " ".join(mounts), *command),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    image: Image
    outer: subprocess.Popen[bytes]
    environment: Mapping[str, str]
    log: Path
    _seen: dict[str, int] = field(default_factory=dict)

    @property
    def process(self) -> int:
        """The number, out here, of what has the number 1 in there, once it is who it shall be."""
        if "process" not in self._seen:
            children = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children")
            user = self.image.user.partition(":")[0]
            assert wait_until(lambda: bool(children.read_text()), seconds=10)
            number = int(children.read_text().split()[0])
            assert wait_until(lambda: f"\nUid:\t{user}\t" in Path(f"/proc/{number}/status").read_text(), seconds=10)
            self._seen["process"] = number
        return self._seen["process"]

    def exits(self, *command: str) -> int:
        """The exit code of a program in there beside the first, as health checks are run."""
        user, _, group = self.image.user.partition(":")
        enter = ["nsenter", "--target", str(self.process), "--mount", "--pid", "--root", "--wd"]
        become = ["setpriv", "--reuid", user, "--regid", group, "--clear-groups"]
        return subprocess.run([*enter, *become, *command], env=self.environment, timeout=30, check=False).returncode

    def says(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]

    def wait_for(self, *command: str, seconds: float = 60.0) -> None:
        """Until the program in there exits with 0."""

        def well() -> bool:
            if self.exits(*command) == 0 or self.outer.poll() is not None:
                return True
            time.sleep(0.2)
            return False

        assert wait_until(well, seconds=seconds), self.says()
        assert self.outer.poll() is None, self.says()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Its processes stand still; whoever connects is not refused, and gets no answer."""
        stopped = self._processes()
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        """All in there: a server has workers."""
        namespace = Path(f"/proc/{self.process}/ns/pid")
        everybody = [int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit()]
        return [process for process in everybody if _same(Path(f"/proc/{process}/ns/pid"), namespace)]

    def stop(self) -> int:
        """Its exit code after a SIGTERM, as an engine stops it."""
        os.kill(self.process, signal.SIGTERM)
        try:
            return self.outer.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"does not stop within {STOP_SECONDS:.0f} s:\n{self.says()}") from None

    def kill(self) -> None:
        """Harmless when it has ended."""
        if self.outer.poll() is None:
            self.outer.kill()
        self.outer.wait(10)


def _same(one: Path, other: Path) -> bool:
    """Both lead to the same namespace; not so what has ended meanwhile."""
    try:
        return one.readlink() == other.readlink()
    except OSError:
        return False
