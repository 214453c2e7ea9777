import os
from pathlib import Path

import pytest

from tests.unit.delivery.repository import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Empty. Whatever repository a hook that runs the tests works on, it is not meant."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Repository.new(tmp_path / "repository")
