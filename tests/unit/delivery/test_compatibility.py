"""What `make compatibility` says, and whether it fails."""

import pytest

from delivery.compatibility.__main__ import main
from tests.unit.delivery.repository import Repository


def test_what_is_only_added_passes_and_the_judgement_says_what_it_compared_with(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    _released(repository, "0.1.0", "/v1/things")
    repository.write("0.1.0", "/v1/things", "/v1/more")

    assert main(repository.root) == 0
    assert capsys.readouterr().out == "compatibility: compared with v0.1.0, the last release\n"


def test_what_breaks_callers_of_the_last_release_fails_however_many_commits_ago_it_was_made(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    _released(repository, "0.1.0", "/v1/things")
    repository.commit("0.1.0")
    repository.commit("0.1.1", "/v1/more")

    assert main(repository.root) == 1
    told = capsys.readouterr().out
    assert "GET /v1/things: removed" in told
    assert "the version is 0.1.1" in told


def test_it_passes_once_the_version_says_so(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    _released(repository, "0.1.0", "/v1/things")
    repository.commit("0.2.0")
    repository.commit("0.2.0", "/v1/more")

    assert main(repository.root) == 0
    assert "GET /v1/things: removed" in capsys.readouterr().out


def test_without_history_it_passes_and_says_that_it_compared_nothing(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write("0.1.0")

    assert main(repository.root) == 0
    assert "nothing to compare with" in capsys.readouterr().out


def _released(repository: Repository, version: str, *paths: str) -> None:
    repository.commit(version, *paths)
    repository.git("tag", f"v{version}")
