"""What the image would hold, made by the Dockerfile's own steps without an engine, and run as the image runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.private_postgres.ports import free_port
from infrastructure.private_postgres.processes import wait_until
from tests.integration.deployment.dockerfile import of_stage
from tests.integration.deployment.tools import ROOT

HEALTHCHECK = ROOT / "deploy" / "container" / "healthcheck.py"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def build_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stage `build` copies, and no more."""
    target = tmp_path_factory.mktemp("build")
    for *sources, destination in (found.words for found in of_stage("build", "COPY")):
        for source in sources:
            place = target / destination
            into = place / Path(source).name if destination.endswith("/") else place
            into.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, into)
    return target


@pytest.fixture(scope="module")
def installed(build_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of the programs, in an environment made like the image's."""
    environment = tmp_path_factory.mktemp("image") / "context-handling"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    into = ["--python", str(environment / "bin" / "python"), "install", "--no-deps"]
    locked = ["--require-hashes", "--only-binary", ":all:", "--no-compile", "-r", "requirements/runtime.txt"]
    for command in (
        [*pip, *into, *locked],
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", "."],
        [*pip, *into, "--no-compile", "--no-index", "--find-links", "dist", "context-handling"],
    ):
        subprocess.run(command, cwd=build_directory, check=True)
    yield environment / "bin"
    shutil.rmtree(environment)


def _run(installed: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / "context-handling"), *arguments],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _healthy(*arguments: str, **environment: str) -> bool:
    command = [sys.executable, "-I", str(HEALTHCHECK), *arguments]
    return subprocess.run(command, env=environment, timeout=30, check=False).returncode == 0


def test_the_locked_packages_are_enough_to_migrate_and_fill_a_database(
    installed: Path, empty_database_url: str
) -> None:
    catalogue = str(ROOT / "examples" / "catalogue.yaml")

    migrated = _run(installed, "migrate", DATABASE_URL=empty_database_url)
    imported = _run(installed, "catalogue", "import", catalogue, DATABASE_URL=empty_database_url)

    assert (migrated.returncode, imported.returncode) == (0, 0), migrated.stderr + imported.stderr


def test_the_image_refuses_to_start_half_configured(installed: Path) -> None:
    (environment,) = of_stage("runtime", "ENV")
    given = dict(word.split("=", 1) for word in environment.words)

    refused = _run(installed, "serve", ENVIRONMENT=given["ENVIRONMENT"], API_HOST=given["API_HOST"])

    assert refused.returncode == 2
    assert [name for name in ("DATABASE_URL", "RABBITMQ_URL", "SECRET_KEY") if name not in refused.stderr] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file system read-only")
def test_it_serves_from_a_file_system_that_nobody_can_write_to(installed: Path, database_url: str) -> None:
    port = free_port()
    settings = {"API_PORT": str(port), "DATABASE_URL": database_url, "SECRET_KEY": KEY, "HOME": "/nonexistent"}
    read_only = 'mount -o remount,bind,ro / && ! touch /tmp/x 2>/dev/null && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", read_only, "sh", str(installed / "context-handling"), "serve"]
    with subprocess.Popen(command, env=settings | {"PATH": os.environ["PATH"]}, cwd="/") as served:
        try:
            assert wait_until(lambda: _healthy("/readyz", str(port)) or served.poll() is not None, seconds=60)
            assert served.poll() is None
            assert _healthy(API_PORT=str(port))
        finally:
            served.terminate()
            served.wait(30)
    assert served.returncode == 0


def test_the_health_check_fails_where_nobody_answers() -> None:
    assert not _healthy("/livez", str(free_port()))
