"""What scripts/install_servers.sh decides, on machines that have this and lack that."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "install_servers.sh"
PACKAGES = {
    "psql": "postgresql-client",
    "curl": "curl",
    "redis-server": "redis-server",
    "promtool": "prometheus",
    "amtool": "prometheus-alertmanager",
}


def _machine(directory: Path, *, user: int, has: set[str]) -> subprocess.CompletedProcess[str]:
    """A machine that has these programs and no others, RabbitMQ aside, which is looked for at one place."""
    for name in has:
        _program(directory / name, "exit 0")
    _program(directory / "id", f"echo {user}")
    shell = shutil.which("sh") or "/bin/sh"
    return subprocess.run(
        [shell, str(SCRIPT)], env={"PATH": str(directory)}, capture_output=True, text=True, timeout=30, check=False
    )


def _program(place: Path, does: str) -> None:
    place.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    place.chmod(0o755)


@pytest.mark.skipif(not Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists(), reason="RabbitMQ's place is fixed")
def test_whoever_has_everything_needs_no_rights_and_hears_nothing(tmp_path: Path) -> None:
    said = _machine(tmp_path, user=1000, has=set(PACKAGES))

    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@pytest.mark.parametrize("lacking", sorted(PACKAGES))
def test_what_is_missing_is_told_in_one_sentence_with_the_reason(tmp_path: Path, lacking: str) -> None:
    said = _machine(tmp_path, user=1000, has=set(PACKAGES) - {lacking})

    assert said.returncode == 1
    assert PACKAGES[lacking] in said.stderr.partition(";")[0]
    assert "neither TEST_RABBITMQ_URL nor Docker will do" in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_root_without_debian_is_told_the_same(tmp_path: Path) -> None:
    said = _machine(tmp_path, user=0, has=set())

    assert said.returncode == 1
    assert [package for package in PACKAGES.values() if package not in said.stderr] == []
