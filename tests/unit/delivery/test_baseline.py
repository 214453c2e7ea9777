"""What a change of the API is compared with, in the repositories that there are."""

from pathlib import Path

import pytest

from delivery.compatibility.baseline import Baseline, baseline
from tests.unit.delivery.repository import FILE, Repository


def _found(repository: Repository) -> tuple[str, str]:
    """The version that the earlier document told, and why that one."""
    found = baseline(repository.root, FILE)
    assert isinstance(found, Baseline)
    return found.document["info"]["version"], found.name.partition(", ")[2]


def test_the_last_release_was_promised(repository: Repository) -> None:
    repository.commit("0.1.0")
    repository.git("tag", "v0.1.0")
    repository.commit("0.2.0-unreleased")
    repository.commit("0.2.0")

    assert _found(repository) == ("0.1.0", "the last release")


def test_the_commit_of_a_release_is_compared_with_the_release_before(repository: Repository) -> None:
    for version in ("0.1.0", "0.2.0"):
        repository.commit(version)
        repository.git("tag", f"v{version}")

    assert _found(repository) == ("0.1.0", "the last release")


def test_what_is_not_committed_yet_is_compared_with_the_release_it_follows(repository: Repository) -> None:
    for version in ("0.1.0", "0.2.0"):
        repository.commit(version)
        repository.git("tag", f"v{version}")
    repository.write("0.3.0")

    assert _found(repository) == ("0.2.0", "the last release")


def test_a_tag_that_is_no_release_promises_nothing(repository: Repository) -> None:
    repository.commit("0.1.0")
    repository.git("tag", "before-the-move")
    repository.commit("0.2.0")

    assert _found(repository) == ("0.1.0", "where this left main")


def test_before_the_first_release_a_branch_is_compared_with_where_it_left_main(repository: Repository) -> None:
    repository.commit("0.1.0")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit("0.1.1")
    repository.commit("0.1.2")
    repository.git("switch", "--quiet", "main")
    repository.commit("0.5.0")
    repository.git("switch", "--quiet", "topic")

    assert _found(repository) == ("0.1.0", "where this left main")


def test_what_was_published_goes_before_what_is_only_here(repository: Repository, tmp_path: Path) -> None:
    repository.commit("0.1.0")
    clone = repository.clone(tmp_path / "clone")
    clone.commit("0.2.0")
    clone.commit("0.3.0")

    assert _found(clone) == ("0.1.0", "where this left origin/main")


def test_a_clone_without_tags_still_knows_main(repository: Repository, tmp_path: Path) -> None:
    repository.commit("0.1.0")
    repository.git("tag", "v0.1.0")
    clone = repository.clone(tmp_path / "clone", "--no-tags")
    clone.commit("0.2.0")

    assert _found(clone) == ("0.1.0", "where this left origin/main")


def test_a_shallow_clone_knows_its_one_commit(repository: Repository, tmp_path: Path) -> None:
    repository.commit("0.1.0")
    repository.commit("0.2.0")
    clone = repository.clone(tmp_path / "clone", "--depth=1")

    assert _found(clone) == ("0.2.0", "where this left origin/main")


def test_a_commit_that_stands_alone_says_so(repository: Repository) -> None:
    repository.commit("0.1.0")
    repository.git("checkout", "--quiet", "--detach")
    repository.git("branch", "--delete", "--force", "main")
    repository.write("0.2.0")

    assert _found(repository) == ("0.1.0", "the last commit: no release and no main in this part of the history")


@pytest.mark.parametrize("prepared", ["nothing committed", "no repository"])
def test_without_history_there_is_nothing_to_compare_with(prepared: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path) if prepared == "no repository" else Repository.new(tmp_path / "repository")
    repository.write("0.1.0")

    assert baseline(repository.root, FILE) is None
