from pathlib import Path

import pytest

from infrastructure.postgres.dumps.programs import NEEDED, ProgramsMissing, programs_for


def _installed(parent: Path, version: str, *, names: tuple[str, ...] = NEEDED) -> Path:
    directory = parent / version
    directory.mkdir()
    for name in names:
        (directory / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (directory / name).chmod(0o755)
    return directory


def test_programs_of_the_servers_own_version_are_taken(tmp_path: Path) -> None:
    places = [_installed(tmp_path, version) for version in ("17.2", "15.20", "14.1")]

    assert programs_for(15, places).directory == places[1]


def test_else_those_of_the_next_newer_one(tmp_path: Path) -> None:
    places = [_installed(tmp_path, version) for version in ("18.1", "17.2", "14.1")]

    assert programs_for(15, places).directory == places[1]


def test_older_ones_do_not_do(tmp_path: Path) -> None:
    with pytest.raises(ProgramsMissing, match=r"PostgreSQL 15 or newer.* has version 14.*postgresql-client-15"):
        programs_for(15, [_installed(tmp_path, "14.1")])


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    directory = _installed(tmp_path, "15.1", names=("pg_dump",))

    with pytest.raises(ProgramsMissing, match=f"{directory} has no pg_restore, no psql"):
        programs_for(15, [directory, tmp_path / "nowhere"])
    with pytest.raises(ProgramsMissing, match="none was found"):
        programs_for(15, [])
