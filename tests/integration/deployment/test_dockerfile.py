"""The Dockerfile keeps the rules of the house; hadolint knows those of everybody."""

import json
import re
from pathlib import Path

import pytest

from tests.integration.deployment.dockerfile import instructions, of_stage
from tests.integration.deployment.tools import ROOT, call


def test_hadolint_finds_nothing() -> None:
    said = call("hadolint", "--no-color", "Dockerfile")

    assert (said.code, said.out, said.err) == (0, "", "")


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    """Or else its silence would mean nothing."""
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python:latest\nRUN cd /tmp && sudo apt-get install make\n", encoding="utf-8")

    said = call("hadolint", "--no-color", str(careless))

    assert said.code == 1
    assert {"DL3007", "DL3004"} <= set(re.findall(r"DL\d+", said.out))


def test_every_stage_stands_on_one_base_pinned_by_its_exact_version() -> None:
    (base,) = of_stage("", "ARG")
    stages = [found.text for found in instructions() if found.name == "FROM"]

    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base.text)
    assert {text.partition(" AS ")[0] for text in stages} == {"${PYTHON_IMAGE}", "runtime"}


def test_a_build_without_a_target_makes_the_service() -> None:
    assert instructions()[-1].stage == "service"


@pytest.mark.parametrize("image", ["service", "backup"])
def test_an_image_ends_as_a_user_that_is_a_number_and_not_root(image: str) -> None:
    users = [found.text for stage in ("runtime", image) for found in of_stage(stage, "USER")]

    assert users[-1] == "10001:10001"


def test_nothing_is_installed_without_its_hash_and_nothing_is_compiled() -> None:
    commands = [part for run in of_stage("build", "RUN") for part in run.text.split("&&")]
    installs = [command for command in commands if " install " in command]

    from_locks = [command for command in installs if "-r requirements/" in command]
    others = [command.split()[-1] for command in installs if command not in from_locks]
    assert len(from_locks) == 2
    assert all("--require-hashes --no-deps --only-binary :all:" in " ".join(line.split()) for line in from_locks)
    assert others == ["dist/*.whl"]


def test_what_builds_stays_behind() -> None:
    copied = [found.words for found in of_stage("runtime", "COPY")]
    ran = [found.text for stage in ("runtime", "service") for found in of_stage(stage, "RUN")]

    assert [words[1:] for words in copied if words[0] == "--from=build"] == [["/opt/context-handling"] * 2]
    assert "pip uninstall --yes" in ran[0]
    assert "ensurepip" in ran[0]
    assert [text for text in ran if "apt-get" in text] == []


def test_a_build_sees_what_it_copies_and_nothing_else() -> None:
    copied = [found.words for found in instructions() if found.name == "COPY" and "--from=build" not in found.words]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    let_in = {line[1:] for line in ignored if line.startswith("!")}
    sources = {word for words in copied for word in words[:-1]}
    assert "*" in ignored
    assert let_in == sources - {"examples/catalogue.yaml"}  # which comes with `examples`


def test_health_is_asked_for_without_a_shell_and_without_a_package_more() -> None:
    (check,) = of_stage("service", "HEALTHCHECK")

    assert json.loads(check.text.partition(" CMD ")[2]) == ["python", "-I", "/app/healthcheck.py"]


def test_programs_start_without_a_shell_so_that_they_hear_the_signal_to_stop() -> None:
    started = [found for found in instructions() if found.name in ("ENTRYPOINT", "CMD")]

    assert all(isinstance(json.loads(found.text), list) for found in started)
