import json
from pathlib import Path

from tests.integration.cli.conftest import Commands


def test_the_rules_are_measured_as_a_table_and_as_json(commands: Commands, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"

    done = commands.run("evaluate", "--only", "held-back", "--json", str(target))

    figures = json.loads(target.read_text(encoding="utf-8"))
    assert done.code == 0
    assert all(word in done.out for word in ("macro-F1", "mixed", "labelled"))
    assert figures["all"]["conversations"] == 47
    assert set(figures) == {"provider", "only", "all", "vi", "en", "mixed"}


def test_a_line_that_is_no_labelled_conversation_is_named(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_text('{"held_back": true}\n', encoding="utf-8")

    refused = commands.run("evaluate", "--file", "some.jsonl")

    assert refused.code == 1
    assert "some.jsonl:1: no labelled conversation" in refused.err
