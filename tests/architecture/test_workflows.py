"""What can be known of the workflows without GitHub. actionlint runs in the workflow `security`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT
from tests.architecture.workflows import WORKFLOWS, jobs, run_of, steps

PROGRAMS = Path(sys.executable).parent
ACTION = re.compile(r"uses: (?!\./)(\S+?)@(\S+)( # v\d+\.\d+\.\d+)?$", re.MULTILINE)


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"])],
    ids=["workflows", "dependabot"],
)
def test_it_fits_the_published_schema(schema: str, files: list[Path]) -> None:
    said = _said("check-jsonschema", "--builtin-schema", schema, *map(str, files))

    assert said.returncode == 0, said.stdout


def test_nothing_can_be_injected_and_nobody_may_more_than_needed() -> None:
    said = _said("zizmor", "--offline", "--no-progress", "--quiet", str(ROOT / ".github"))

    assert said.returncode == 0, said.stdout


def test_every_action_is_pinned_by_a_digest_that_names_its_version() -> None:
    used = [found for file in WORKFLOWS for found in ACTION.findall(file.read_text(encoding="utf-8"))]
    images = [found for found in used if found[0].startswith("docker://")]

    assert [found for found in images if not re.fullmatch(r"sha256:[0-9a-f]{64}", found[1])] == []
    assert [found for found in used if found not in images and not (_is_commit(found[1]) and found[2])] == []
    assert len({name for name, *_ in used}) == len(set(used)), "one version of an action, wherever it is used"


def test_every_job_ends_by_itself() -> None:
    """A job that calls a workflow has the limits of that one's jobs."""
    endless = [
        f"{file.stem}: {name}"
        for file in WORKFLOWS
        for name, job in jobs(file.stem).items()
        if "steps" in job and "timeout-minutes" not in job
    ]

    assert endless == []


def test_no_checkout_leaves_its_credentials_behind() -> None:
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]

    assert checkouts
    assert [step for step in checkouts if step["with"].get("persist-credentials") is not False] == []


@pytest.mark.parametrize("job", ["check", "tests"])
def test_what_compares_the_api_has_the_history_to_compare_with(job: str) -> None:
    assert jobs("ci")[job]["steps"][0]["with"]["fetch-depth"] == 0


def test_every_target_of_make_that_a_workflow_runs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = {name for step in steps() for name in re.findall(r"\bmake ([a-z]+)", step.get("run", ""))}

    assert {"check", "audit", "security", "tools"} <= named <= targets


@pytest.mark.parametrize(
    ("tag", "released"), [("v1.2.3", True), ("v1.2.4", False), ("1.2.3", False)], ids=["fits", "other", "no v"]
)
def test_a_tag_is_released_only_if_it_is_the_version(tag: str, *, released: bool, tmp_path: Path) -> None:
    _checkout(tmp_path)

    assert (_run(run_of("release", "version", containing="GITHUB_REF_NAME"), tmp_path, GITHUB_REF_NAME=tag) == 0) is (
        released
    )
    assert ((tmp_path / "output").read_text(encoding="utf-8") == "version=1.2.3\n") is released


def test_a_version_that_the_changelog_does_not_know_is_not_released(tmp_path: Path) -> None:
    _checkout(tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n", encoding="utf-8")

    assert _run(run_of("release", "version", containing="GITHUB_REF_NAME"), tmp_path, GITHUB_REF_NAME="v1.2.3") != 0


def test_a_release_says_what_the_changelog_says_of_it(tmp_path: Path) -> None:
    _checkout(tmp_path)
    notes, _, _ = run_of("release", "publish", containing="notes.md").partition("gh release create")

    assert _run(notes, tmp_path, VERSION="1.2.3", DIGEST="sha256:ab", GITHUB_REPOSITORY="Robots/Pika") == 0
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == (
        "\n- What is new.\n\n\nImage: ghcr.io/robots/pika:1.2.3@sha256:ab\n"
    )


def _checkout(directory: Path) -> None:
    (directory / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1.2.3"\n', encoding="utf-8")
    changelog = "# Changelog\n\n## [1.2.3] - today\n\n- What is new.\n\n## [1.2.2]\n\n- What is old.\n"
    (directory / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    (directory / "output").touch()


def _run(script: str, directory: Path, **environment: str) -> int:
    """As a runner does: bash that stops at the first command that fails."""
    command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    own = {"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(directory / "output")}
    return subprocess.run(command, cwd=directory, env=own | environment, check=False, timeout=10).returncode


def _said(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = (str(PROGRAMS / program), *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def _is_commit(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}", text) is not None
