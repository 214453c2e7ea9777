"""A stand-in for pip-audit answers what is planted, in the real one's form."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from delivery.audit.__main__ import main

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
BROKEN = {"name": "broken", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": []}]}
HOPELESS = {"name": "hopeless", "version": "2.0", "vulns": [{"id": "PYSEC-2026-2", "fix_versions": [], "aliases": []}]}
NOT_FOUND = {"name": "unknown", "skip_reason": "Dependency not found"}


def pip_audit(directory: Path, answer: str) -> str:
    """Exits with 1 whenever the real one would; nobody is to rely on it."""
    program = directory / "pip-audit"
    program.write_text(f"#!/bin/sh\nprintf %s {shlex.quote(answer)}\nexit 1\n")
    program.chmod(0o755)
    return str(program)


def answer(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_sound_packages_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([pip_audit(tmp_path, answer(SOUND)), "runtime.txt", "--required"]) == 0

    assert capsys.readouterr().out == "audit: runtime.txt, 1 packages, 0 known vulnerabilities\n"


def test_a_vulnerability_fails_and_is_told_with_what_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([pip_audit(tmp_path, answer(SOUND, BROKEN, HOPELESS)), "runtime.txt"]) == 1

    told = capsys.readouterr().out
    assert "broken 1.0: PYSEC-2026-1, mended in 1.1" in told
    assert "hopeless 2.0: PYSEC-2026-2, mended in no version yet" in told


def test_a_package_that_the_database_does_not_know_is_no_sound_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([pip_audit(tmp_path, answer(SOUND, NOT_FOUND)), "runtime.txt"]) == 1

    assert "unknown: the database could not be asked" in capsys.readouterr().out


@pytest.mark.parametrize("nothing", ["", "ERROR: connection refused", answer(NOT_FOUND, NOT_FOUND), "{}"])
def test_without_a_database_it_is_said_and_forgiven_unless_required(
    nothing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = pip_audit(tmp_path, nothing)

    assert main([program, "runtime.txt"]) == 0
    assert "runtime.txt was NOT looked at" in capsys.readouterr().out
    assert main([program, "runtime.txt", "--required"]) == 1


def test_one_bad_lock_among_good_ones_fails(tmp_path: Path) -> None:
    program = tmp_path / "pip-audit"
    broken, sound = (shlex.quote(answer(package)) for package in (BROKEN, SOUND))
    program.write_text(f'#!/bin/sh\ncase "$*" in *bad*) echo {broken};; *) echo {sound};; esac\n')
    program.chmod(0o755)

    assert main([str(program), "good.txt", "bad.txt", "good.txt"]) == 1
