"""PostgreSQL's client programs, of a version that fits the server."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from application.errors import DependencyUnavailable

NEEDED = ("pg_dump", "pg_restore", "psql")
_ANSWER_SECONDS = 10


class ProgramsMissing(DependencyUnavailable):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    directory: Path
    major: int

    @property
    def pg_dump(self) -> Path:
        return self.directory / "pg_dump"

    @property
    def pg_restore(self) -> Path:
        return self.directory / "pg_restore"

    @property
    def psql(self) -> Path:
        return self.directory / "psql"


def programs_for(server_major: int, directories: Iterable[Path]) -> Programs:
    """Those of the server's own version, else of the next newer one that is installed. Raises ProgramsMissing.

    Older ones refuse a newer server; newer ones may speak of what an older server does not know (see `passing_on`).
    """
    lacking: list[str] = []
    found = [programs for place in directories for programs in _complete(place, lacking)]
    fitting = sorted((one for one in found if one.major >= server_major), key=lambda one: one.major)
    if fitting:
        return fitting[0]
    have = "; ".join([*(f"{one.directory} has version {one.major}" for one in found), *lacking]) or "none was found"
    raise ProgramsMissing(
        f"{', '.join(NEEDED)} of PostgreSQL {server_major} or newer are needed ({have}): install them "
        f"(Debian: apt-get install postgresql-client-{server_major}) or name their directory in PG_BINDIR"
    )


def _complete(directory: Path, lacking: list[str]) -> Iterator[Programs]:
    missing = [name for name in NEEDED if not (directory / name).exists()]
    if not missing:
        yield Programs(directory=directory, major=_major(directory / "pg_dump"))
    elif len(missing) < len(NEEDED):
        lacking.append(f"{directory} has no {', no '.join(missing)}")


def _major(program: Path) -> int:
    """0: it does not say."""
    try:
        told = subprocess.run(  # noqa: S603 - the program itself
            (program, "--version"), capture_output=True, check=True, cwd="/", text=True, timeout=_ANSWER_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\) (\d+)", told)
    return int(number[1]) if number else 0
