"""The image of the service, run as nobody in particular on files that it cannot write to."""

from pathlib import Path

import pytest

from tests.image.container import Image
from tests.image.servers import Servers, together

KEY = {"SECRET_KEY": "0123456789abcdef0123456789abcdef"}
WRITES = "for place in / /app /tmp /var/tmp /dev /opt/context-handling; do touch $place/x && echo $place; done; true"
BUILDERS = ("pip", "pip3", "gcc", "cc", "make", "git", "curl", "wget")


@pytest.fixture(scope="module")
def migrated(image: Image, around: Servers) -> dict[str, str]:
    """Settings with which the image's own migrations have run."""
    settings = together(KEY, around.fresh())
    done = image.run("migrate", settings=settings)
    assert done.returncode == 0, done.stderr
    return settings


def test_it_says_what_it_is(image: Image) -> None:
    said = image.run("--help")

    assert (said.returncode, said.stderr) == (0, "")
    assert "serve" in said.stdout


def test_it_is_nobody_and_can_write_nowhere(image: Image) -> None:
    said = image.execute(
        ("sh", "-c", f"id -u; id -g; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; {WRITES}"), {}, {}
    )

    user, group, *rest = said.stdout.split()
    assert (user, group) == ("10001", "10001")
    assert rest == ["CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]


@pytest.mark.parametrize("module", ["pip", "ensurepip", "setuptools", "wheel"])
def test_it_cannot_install(image: Image, module: str) -> None:
    for python in ("python", "/usr/local/bin/python3"):
        assert "No module named" in image.execute((python, "-m", module), {}, {}).stderr


@pytest.mark.parametrize("program", BUILDERS)
def test_it_holds_nothing_to_build_or_fetch_with(image: Image, program: str) -> None:
    assert image.execute(("sh", "-c", f"command -v {program}"), {}, {}).returncode != 0


def test_nothing_of_the_build_is_left(image: Image) -> None:
    said = image.execute(("sh", "-c", "ls -d /build /root/.cache /app/src /app/alembic; ls -A /app"), {}, {})

    assert said.stdout.split() == ["examples", "healthcheck.py"]


def test_it_refuses_to_start_half_configured(image: Image) -> None:
    refused = image.run()

    assert image.command == ("serve",)
    assert refused.returncode == 2
    assert [name for name in ("DATABASE_URL", "RABBITMQ_URL", "SECRET_KEY") if name not in refused.stderr] == []


def test_it_migrates_twice_and_takes_the_catalogue_it_brings(image: Image, migrated: dict[str, str]) -> None:
    again = image.run("migrate", settings=migrated)
    imported = image.run("catalogue", "import", "/app/examples/catalogue.yaml", settings=migrated)

    assert (again.returncode, imported.returncode) == (0, 0), again.stderr + imported.stderr


def test_its_health_check_tells_the_truth_and_sigterm_ends_it(
    image: Image, migrated: dict[str, str], directory: Path
) -> None:
    with image.running(settings=migrated, log=directory / "serve.log") as served:
        assert served.exits(*image.healthcheck) == 1  # it has only just begun to start
        served.wait_for(*image.healthcheck)
        served.wait_for("python", "-I", "/app/healthcheck.py", "/readyz")

        with served.frozen():
            assert served.exits(*image.healthcheck) == 1
        served.wait_for(*image.healthcheck)
        assert served.stop() == 0
