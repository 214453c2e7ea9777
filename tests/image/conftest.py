"""`make rehearse-image` builds the images and runs what is here: it needs root, Debian and some minutes.

So these files are not named like tests: whoever wants them names them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.container import Image
from tests.image.servers import Servers, servers
from tests.servers.directories import open_directory


def _image(name: str) -> Image:
    built = os.environ.get("REHEARSED_IMAGES")
    if not built:
        pytest.exit("No image was built: run 'make rehearse-image' as root.", returncode=1)
    return Image.read(Path(built) / name)


@pytest.fixture(scope="session")
def image() -> Image:
    """The service's."""
    return _image("service")


@pytest.fixture(scope="session")
def backup_image() -> Image:
    return _image("backup")


@pytest.fixture(scope="session")
def around() -> Iterator[Servers]:
    """One of each server, private ones: the network that a rehearsal runs in holds nothing else."""
    with servers() as started:
        yield started


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as reachable:
        yield reachable
