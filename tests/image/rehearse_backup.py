"""The image that makes backups, as the chart's job runs it: a volume for the dumps, another for /tmp."""

import os
from pathlib import Path

import pytest

from tests.image.container import Image
from tests.image.servers import Servers, together

KEY = {"SECRET_KEY": "0123456789abcdef0123456789abcdef"}


@pytest.fixture
def volumes(directory: Path, backup_image: Image) -> dict[Path, str]:
    """Owned by the image's group, as `fsGroup` makes them."""
    user, group = map(int, backup_image.user.split(":"))
    found = {directory / "backups": "/backups", directory / "scratch": "/tmp"}  # noqa: S108 - in the container
    for place in found:
        place.mkdir()
        os.chown(place, user, group)
    return found


def test_a_backup_is_made_and_read_back_into_an_empty_database(
    backup_image: Image, around: Servers, volumes: dict[Path, str]
) -> None:
    settings, elsewhere = (together(KEY, around.fresh()) for _ in range(2))
    catalogue = ("catalogue", "import", "/app/examples/catalogue.yaml")
    for command in (("migrate",), catalogue):
        assert backup_image.run(*command, settings=settings).returncode == 0

    made = backup_image.run(settings=settings, volumes=volumes)
    read_back = backup_image.run("restore", "--from", "/backups", settings=elsewhere, volumes=volumes)
    told = backup_image.run("catalogue", "show", settings=elsewhere)

    assert made.returncode == 0, made.stderr
    assert read_back.returncode == 0, read_back.stderr
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore", "psql"])
def test_its_client_is_of_the_version_that_the_pages_name(backup_image: Image, program: str) -> None:
    said = backup_image.execute((program, "--version"), {}, {})

    assert said.stdout.split()[2].split(".")[0] == "17"


def test_it_cannot_build_or_install(backup_image: Image) -> None:
    assert backup_image.execute(("sh", "-c", "command -v gcc cc make pip"), {}, {}).returncode != 0
    assert "No module named" in backup_image.execute(("python", "-m", "pip"), {}, {}).stderr
