"""What is written about the service is true of the service."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.alert import AlertType
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.bootstrap.setting_groups.group import Group
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.settings_reference import settings_reference
from entrypoints.cli.main import commands
from tests.architecture.source_files import ROOT, place
from tests.monitoring import ALERTS, rules_of

ENV_EXAMPLE = ROOT / ".env.example"
README = ROOT / "README.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

CORE_WORDS = {
    "conversation event", "conversation log", "utterance", "turn", "friendship score", "friendship level", "topic",
    "agent", "agenda", "persona", "catalogue", "ledger", "lease", "fence", "relay", "announcement",
}  # fmt: skip
ROOMS = "src|tests|docs|alembic|examples|benchmarks|delivery|scripts|requirements|deploy|charts"


def test_the_example_names_every_setting_with_its_default_and_meaning_and_nothing_more() -> None:
    expected = [(str(field.alias), _written(field.default), str(field.description)) for field in _fields()]

    assert list(_example_entries()) == expected


def test_the_reference_of_settings_is_the_generated_one() -> None:
    committed = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    assert committed == settings_reference(), "run `make specifications` and commit what it wrote"


def test_the_reference_tells_every_setting_once() -> None:
    names = re.findall(r"^\| `([A-Z0-9_]+)` \|", settings_reference(), re.MULTILINE)

    assert names == [field.alias for field in _fields()]


def test_who_acts_on_a_setting_is_told_of_settings_that_exist() -> None:
    for group in Settings.model_fields.values():
        assert isinstance(group.annotation, type)
        assert issubclass(group.annotation, Group)
        assert group.annotation.read_otherwise.keys() <= {
            field.alias for field in group.annotation.model_fields.values()
        }


def test_the_example_has_nothing_but_comments() -> None:
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_example_means_the_defaults_when_it_is_taken_at_its_word(tmp_path: Path) -> None:
    in_force = tmp_path / ".env"
    in_force.write_text("".join(f"{name}={value}\n" for name, value, _ in _example_entries()), encoding="utf-8")

    assert read_settings({}, in_force) == read_settings({})


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    named = {name for code in _code(document) for name in re.findall(r"\bmake ([a-z-]+)", code)}

    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    named = {name for code in _code(document) for name in re.findall(r"bin/context-handling ([a-z-]+)", code)}

    assert named <= set(commands.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    relative = [target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("#")]

    assert [target for target in relative if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    paths = re.findall(rf"`((?:{ROOMS})/[\w./-]*)`", text)

    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", [README, ROOT / "docs" / "operations.md"], ids=place)
def test_every_setting_in_a_table_exists(document: Path) -> None:
    rows = re.findall(r"^\| (`[A-Z][^|]*`) \|", document.read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}

    assert named
    assert named <= {field.alias for field in _fields()}


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda file: file.stem)
def test_a_decision_tells_its_context_the_decision_and_the_consequences(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    assert re.match(rf"# {decision.name[:4]} \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_no_two_decisions_bear_the_same_number() -> None:
    """Gaps are fine: people who write at the same time are given numbers ahead."""
    numbers = [int(decision.name[:4]) for decision in DECISIONS]
    assert len(numbers) == len(set(numbers))


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    of_prometheus = {Path(alert.annotations["runbook"]).stem for alert in rules_of(ALERTS)}

    assert {page.stem for page in RUNBOOKS} == of_prometheus | set(AlertType)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda file: file.stem)
def test_a_runbook_tells_what_to_look_at_what_to_do_and_whom_to_call(runbook: Path) -> None:
    text = runbook.read_text(encoding="utf-8")

    assert text.startswith(f"# {runbook.stem}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["What you see", "First check", "Fix", "Escalate"]


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda file: file.stem)
def test_every_command_that_a_runbook_names_is_understood(runbook: Path) -> None:
    lines = [line for block in _code(runbook) for line in block.splitlines()]
    named = [words for words in (line.partition("#")[0].split(";")[0].split() for line in lines) if words]
    ours = [words[1:] for words in named if words[0] == "context-handling"]

    assert [words for words in ours if not _is_understood(words)] == []


def test_the_glossary_explains_every_word_once_in_order() -> None:
    words = [word.casefold() for word, _ in _glossary()]

    assert words == sorted(set(words))
    assert [word for word, meaning in _glossary() if not meaning] == []
    assert {word.casefold() for word in CORE_WORDS} <= set(words)


def test_no_document_speaks_of_the_machine_it_was_written_on() -> None:
    private = (str(ROOT), "/root/", "/home/", "pypi")

    found = {
        place(file): word for file in (*DOCUMENTS, ENV_EXAMPLE) for word in private if word in file.read_text("utf-8")
    }

    assert found == {}


def _is_understood(words: list[str]) -> bool:
    """Every command and option in it exists; what they are given is not looked at."""
    command: click.Command = commands
    while words and isinstance(command, click.Group):
        if words[0] not in command.commands:
            return False
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    return {word for word in words if word.startswith("--")} <= known


def _fields() -> Iterator[FieldInfo]:
    for group in Settings.model_fields.values():
        assert isinstance(group.annotation, type)
        assert issubclass(group.annotation, BaseModel)
        yield from group.annotation.model_fields.values()


def _written(default: object) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _example_entries() -> Iterator[tuple[str, str, str]]:
    """Name, value and the comment above."""
    text = ENV_EXAMPLE.read_text(encoding="utf-8")
    for meaning, name, value in re.findall(r"^# (.+)\n#([A-Z0-9_]+)=(.*)$", text, re.MULTILINE):
        yield name, value, meaning


def _glossary() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.*) \|$", text, re.MULTILINE)
    return [(word, meaning) for word, meaning in rows if (word, meaning) != ("Word", "Meaning")]


def _code(document: Path) -> list[str]:
    """Code in the text and in blocks of their own."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", text)]
